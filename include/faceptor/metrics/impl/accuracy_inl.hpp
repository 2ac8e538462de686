#pragma once

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/accuracy.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void Accuracy::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: accuracy";
  using losses::kAny;
  const auto& truth = labels.primary;
  if (truth.defined() && truth.dim() == 2) {
    losses::expect_floating(kWho, "predictions", predictions, {truth.size(0), truth.size(1)}, "probabilities [B, Q]");
    losses::expect_range(kWho, "labels", truth, 0, 0, {1, -1});
    const auto known = truth != -1;
    answers_ += known.sum().item<std::int64_t>();
    right_ += ((predictions > 0.5) == (truth > 0.5)).logical_and(known).sum().item<std::int64_t>();
    return;
  }
  losses::expect_integers(kWho, "labels", truth, {kAny}, "classes [B], or [B, Q] of 0, 1, -1");
  const bool scores = predictions.defined() && predictions.is_floating_point();
  losses::expect_shape(kWho, "predictions", predictions,
                       scores ? std::vector<std::int64_t>{truth.size(0), kAny} : std::vector{truth.size(0)},
                       "scores [B, Q] or classes [B]");
  add(integers_of(predicted_classes(predictions)), integers_of(truth));
}

FACEPTOR_INLINE void Accuracy::add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth) {
  if (predicted.size() != truth.size()) {
    throw Error(ErrorCode::shape, "metrics: accuracy: as many predictions as labels are needed")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  answers_ += static_cast<std::int64_t>(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) right_ += predicted[i] == truth[i] ? 1 : 0;
}

FACEPTOR_INLINE torch::Tensor Accuracy::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(Accuracy(), predictions, labels, [](const auto& one) { return one.result().accuracy; });
}

FACEPTOR_INLINE Accuracy::Result Accuracy::result() const {
  return {answers_, share(static_cast<double>(right_), static_cast<double>(answers_))};
}

FACEPTOR_INLINE nlohmann::json Accuracy::report() const { return {{"answers", answers_}, {"accuracy", number_or_null(result().accuracy)}}; }

}  // namespace faceptor::metrics
