#pragma once

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void Classification::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: classification";
  using losses::kAny;
  const auto& truth = labels.primary;
  losses::expect_integers(kWho, "labels", truth, {kAny}, "classes [B]");
  const bool scores = predictions.defined() && predictions.is_floating_point();
  losses::expect_shape(kWho, "predictions", predictions,
                       scores ? std::vector<std::int64_t>{truth.size(0), kAny} : std::vector{truth.size(0)},
                       "scores [B, Q] or classes [B]");
  if (scores) confusion_.resize(predictions.size(1));
  add(integers_of(predicted_classes(predictions)), integers_of(truth));
}

FACEPTOR_INLINE void Classification::add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth) {
  if (confusion_.classes() == 0) {
    throw Error(ErrorCode::argument, "metrics: classification: the number of classes is not known")
        .hint("give it to the constructor, or add scores instead of classes");
  }
  confusion_.add(truth, predicted);
}

FACEPTOR_INLINE torch::Tensor Classification::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(Classification(confusion_.classes()), predictions, labels, [](const auto& one) { return one.result().accuracy; });
}

FACEPTOR_INLINE Classification::Result Classification::result() const {
  Result result;
  result.samples = confusion_.samples();
  result.accuracy = confusion_.accuracy();
  double sum = 0;
  double occurred = 0;
  for (std::int64_t c = 0; c < confusion_.classes(); ++c) {
    result.class_accuracies.push_back(confusion_.recall(c));
    if (!result.class_accuracies.back()) continue;
    sum += *result.class_accuracies.back();
    ++occurred;
  }
  result.mean_class_accuracy = share(sum, occurred);
  return result;
}

FACEPTOR_INLINE nlohmann::json Classification::report() const {
  const auto numbers = result();
  auto classes = nlohmann::json::array();
  for (const auto& accuracy : numbers.class_accuracies) classes.push_back(number_or_null(accuracy));
  return {{"samples", numbers.samples},
          {"accuracy", number_or_null(numbers.accuracy)},
          {"mean_class_accuracy", number_or_null(numbers.mean_class_accuracy)},
          {"class_accuracies", classes},
          {"confusion", confusion_}};
}

}  // namespace faceptor::metrics
