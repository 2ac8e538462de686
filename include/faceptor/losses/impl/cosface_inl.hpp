#pragma once

#include <utility>

#include <faceptor/losses/cosface.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE CosFaceImpl::CosFaceImpl(CosFaceOptions chosen) : LossModule(std::move(chosen)) {
  class_matrix = register_parameter("class_matrix", initial_class_matrix(options));
}

FACEPTOR_INLINE LossValue CosFaceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto chosen = margin_classes("losses: cosface", output, labels.primary, class_matrix, options, is_training(), counter_);
  if (is_training()) ++counter_;
  const auto cosines = class_cosines(output, chosen.rows);                            // B x C
  const auto own = cosines.gather(1, chosen.labels.unsqueeze(1)) - options.margin();  // B x 1
  return margin_cross_entropy(cosines, chosen.labels, own, options.scale());
}

}  // namespace faceptor::losses
