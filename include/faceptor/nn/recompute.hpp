#pragma once

#include <torch/torch.h>

#include <functional>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// Gradient checkpointing (Chen et al.: "Training deep nets with sublinear memory cost", 2016): runs a part of a network without
/// keeping what lies between its input and its output, and runs it again in the backward pass to have it.
///
/// The second run draws the same random numbers and computes in the same precision as the first. Where no gradient is wanted, the
/// part simply runs.
/// @param part        a function of its input and of `parameters` alone; whatever it refers to must outlive the backward pass
/// @param parameters  those it uses
/// @return            what `part` gives
torch::Tensor recomputed(std::function<torch::Tensor(const torch::Tensor&)> part, const std::vector<torch::Tensor>& parameters,
                         const torch::Tensor& input);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/recompute_inl.hpp>
#endif
