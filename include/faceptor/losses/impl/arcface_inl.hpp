#pragma once

#include <cmath>
#include <utility>

#include <faceptor/losses/arcface.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE ArcFaceImpl::ArcFaceImpl(ArcFaceOptions chosen) : LossModule(std::move(chosen)) {
  class_matrix = register_parameter("class_matrix", initial_class_matrix(options));
}

FACEPTOR_INLINE LossValue ArcFaceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto chosen = margin_classes("losses: arcface", output, labels.primary, class_matrix, options, is_training(), counter_);
  if (is_training()) ++counter_;
  const auto cosines = class_cosines(output, chosen.rows);            // B x C
  const auto cosine = cosines.gather(1, chosen.labels.unsqueeze(1));  // B x 1
  // The clamp keeps the root's gradient finite where the angle is 0 or pi.
  const auto sine = (1 - cosine.square()).clamp_min(1e-12).sqrt();
  const auto turned = cosine * std::cos(options.margin()) - sine * std::sin(options.margin());
  const auto own = torch::where(cosine > -std::cos(options.margin()), turned, cosine - options.margin() * std::sin(options.margin()));
  return margin_cross_entropy(cosines, chosen.labels, own, options.scale());
}

}  // namespace faceptor::losses
