#pragma once

#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE std::vector<std::int64_t> integers_of(const torch::Tensor& tensor) {
  const auto here = tensor.detach().to(torch::kCPU, torch::kLong).contiguous();
  const auto* first = here.data_ptr<std::int64_t>();
  return {first, first + here.numel()};
}

FACEPTOR_INLINE std::vector<double> numbers_of(const torch::Tensor& tensor) {
  const auto here = tensor.detach().to(torch::kCPU, torch::kDouble).contiguous();
  const auto* first = here.data_ptr<double>();
  return {first, first + here.numel()};
}

FACEPTOR_INLINE torch::Tensor predicted_classes(const torch::Tensor& predictions) {
  return predictions.is_floating_point() ? predictions.argmax(1) : predictions;
}

}  // namespace faceptor::metrics
