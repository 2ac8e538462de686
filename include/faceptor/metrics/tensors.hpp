#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>

/// Tensors as the numbers that metrics count with.
namespace faceptor::metrics {

/// All elements in order, wherever and of whatever type they are.
std::vector<std::int64_t> integers_of(const torch::Tensor& tensor);
std::vector<double> numbers_of(const torch::Tensor& tensor);

/// The predicted class of each sample: the greatest of the scores along dimension 1 (the first of equals), or the predictions
/// themselves if they are whole numbers.
/// @param predictions  scores B x Q x ..., floating point, or classes B x ..., whole numbers
torch::Tensor predicted_classes(const torch::Tensor& predictions);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/tensors_inl.hpp>
#endif
