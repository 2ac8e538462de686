#pragma once

#include <faceptor/train/training_accuracy.hpp>

namespace faceptor::train {

FACEPTOR_INLINE std::optional<torch::Tensor> training_accuracy(const TaskSpec& spec, const torch::Tensor& output,
                                                               const losses::Labels& labels) {
  if (spec.kind != OutputKind::attribute_vector) return std::nullopt;
  const torch::NoGradGuard no_grad;
  const auto& truth = labels.primary;
  if (spec.loss == "cross_entropy" || spec.loss == "focal") return (output.argmax(1) == truth).to(torch::kFloat64).mean();
  if (spec.loss == "binary_cross_entropy" || spec.loss == "binary_focal") {
    const auto right = (output > 0).eq(truth > 0.5).logical_and(truth >= 0);
    return right.to(torch::kFloat64).mean();
  }
  return std::nullopt;
}

}  // namespace faceptor::train
