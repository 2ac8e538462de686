#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/classification.hpp>
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

FACEPTOR_INLINE std::optional<double> average_precision(std::span<const float> scores, std::span<const std::uint8_t> positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  double positives = 0;
  double sum = 0;
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double here = 0;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) here += positive[order[end]] != 0 ? 1 : 0;
    positives += here;
    sum += here * positives / static_cast<double>(end);
    begin = end;
  }
  return share(sum, positives);
}

FACEPTOR_INLINE void AttributeScore::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: attributes";
  losses::expect_floating(kWho, "predictions", predictions, {losses::kAny, losses::kAny}, "probabilities [B, K]");
  losses::expect_shape(kWho, "labels", labels.primary, predictions.sizes().vec(), "[B, K]");
  losses::expect_range(kWho, "labels", labels.primary, 0, 0, {1, -1});
  add(numbers_of(predictions), integers_of(labels.primary), static_cast<std::size_t>(predictions.size(1)));
}

FACEPTOR_INLINE void AttributeScore::add(std::span<const double> probabilities, std::span<const std::int64_t> truth,
                                         std::size_t attributes) {
  if (attributes == 0 || probabilities.size() != truth.size() || truth.size() % attributes != 0) {
    throw Error(ErrorCode::shape, "metrics: attributes: probabilities and labels of unequal number")
        .expected(fmt::format("rows of {}", attributes))
        .found(fmt::format("{} and {}", probabilities.size(), truth.size()));
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool label = truth[i] >= -1 && truth[i] <= 1;
    if (label && probabilities[i] >= 0 && probabilities[i] <= 1) continue;
    throw Error(ErrorCode::argument, "metrics: attributes: a value out of range")
        .expected(label ? "probabilities of 0 to 1" : "labels of 0, 1 or -1")
        .found(label ? fmt::format("{:g}", probabilities[i]) : std::to_string(truth[i]));
  }
  if (!counts_.empty() && counts_.size() != attributes) {
    throw Error(ErrorCode::mismatch, "metrics: attributes: another number of attributes than before, or than thresholds")
        .expected(std::to_string(counts_.size()))
        .found(std::to_string(attributes));
  }
  counts_.resize(attributes);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] == -1) continue;
    auto& counts = counts_[i % attributes];
    const bool yes = probabilities[i] > (options_.thresholds.empty() ? 0.5 : options_.thresholds[i % attributes]);
    if (truth[i] == 1) {
      ++counts.positives;
      counts.right_positives += yes ? 1 : 0;
    } else {
      ++counts.negatives;
      counts.right_negatives += yes ? 0 : 1;
    }
    if (!options_.average_precision) continue;
    counts.scores.push_back(static_cast<float>(probabilities[i]));
    counts.labels.push_back(truth[i] == 1 ? 1 : 0);
  }
}

FACEPTOR_INLINE torch::Tensor AttributeScore::scores(const torch::Tensor& predictions, const Labels& labels) const {
  const AttributeScore fresh({options_.thresholds, false});
  return score_each(fresh, predictions, labels, [](const auto& one) { return one.result().mean_accuracy; });
}

FACEPTOR_INLINE AttributeScore::Result AttributeScore::result() const {
  Result result;
  double sums[3] = {0, 0, 0};
  double defined[3] = {0, 0, 0};
  const auto note = [&](int which, const std::optional<double>& value) {
    if (!value) return;
    sums[which] += *value;
    ++defined[which];
  };
  for (const auto& counts : counts_) {
    Attribute attribute;
    attribute.positives = counts.positives;
    attribute.samples = counts.positives + counts.negatives;
    attribute.accuracy =
        share(static_cast<double>(counts.right_positives + counts.right_negatives), static_cast<double>(attribute.samples));
    const auto positive = share(static_cast<double>(counts.right_positives), static_cast<double>(counts.positives));
    const auto negative = share(static_cast<double>(counts.right_negatives), static_cast<double>(counts.negatives));
    if (positive && negative) attribute.balanced_accuracy = (*positive + *negative) / 2;
    if (options_.average_precision) attribute.average_precision = average_precision(counts.scores, counts.labels);
    note(0, attribute.accuracy);
    note(1, attribute.balanced_accuracy);
    note(2, attribute.average_precision);
    result.attributes.push_back(attribute);
  }
  result.mean_accuracy = share(sums[0], defined[0]);
  result.mean_balanced_accuracy = share(sums[1], defined[1]);
  result.mean_average_precision = share(sums[2], defined[2]);
  return result;
}

FACEPTOR_INLINE nlohmann::json AttributeScore::report() const {
  const auto numbers = result();
  auto attributes = nlohmann::json::array();
  for (const auto& attribute : numbers.attributes) {
    attributes.push_back({{"samples", attribute.samples},
                          {"positives", attribute.positives},
                          {"accuracy", number_or_null(attribute.accuracy)},
                          {"balanced_accuracy", number_or_null(attribute.balanced_accuracy)},
                          {"average_precision", number_or_null(attribute.average_precision)}});
  }
  return {{"mean_accuracy", number_or_null(numbers.mean_accuracy)},
          {"mean_balanced_accuracy", number_or_null(numbers.mean_balanced_accuracy)},
          {"mean_average_precision", number_or_null(numbers.mean_average_precision)},
          {"attributes", attributes}};
}

}  // namespace faceptor::metrics
