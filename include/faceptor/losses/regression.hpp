#pragma once

#include <torch/torch.h>

#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>

namespace faceptor::losses {

/// The labels of a regression, checked and in the output's type and shape: the shape of the output, or B for an output B x 1.
/// @throws Error(shape) where they don't fit, Error(argument) for labels on the CPU that are not finite
torch::Tensor regression_target(std::string_view who, const torch::Tensor& output, const Labels& labels);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/losses/regression_inl.hpp>
#endif
