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

FACEPTOR_INLINE losses::Labels sample_of(const losses::Labels& labels, std::int64_t sample) {
  losses::Labels one(labels.primary.narrow(0, sample, 1).cpu());
  for (const auto& [name, tensor] : labels.extra) {
    if (tensor.defined() && tensor.dim() > 0 && tensor.size(0) > sample) one.extra[name] = tensor.narrow(0, sample, 1).cpu();
  }
  return one;
}

}  // namespace faceptor::metrics
