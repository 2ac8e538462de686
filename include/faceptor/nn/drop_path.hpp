#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// Stochastic depth (Huang et al. 2016): in training drops a residual branch for whole samples, with probability `rate`,
/// and divides what is kept by `1 - rate`. Outside training, or at rate 0, the identity.
/// @param branch  B x ...
torch::Tensor drop_path(const torch::Tensor& branch, double rate, bool training);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/drop_path_inl.hpp>
#endif
