#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void MeanAbsoluteError::add(const torch::Tensor& predictions, const Labels& labels) {
  const auto [predicted, truth] = losses::regression("metrics: mean_absolute_error", predictions, labels);
  add(numbers_of(predicted), numbers_of(truth));
}

FACEPTOR_INLINE void MeanAbsoluteError::add(std::span<const double> predicted, std::span<const double> truth) {
  if (predicted.size() != truth.size()) {
    throw Error(ErrorCode::shape, "metrics: mean_absolute_error: as many predictions as labels are needed")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::abs(predicted[i] - truth[i]);
  if (!std::isfinite(sum)) {
    throw Error(ErrorCode::argument, "metrics: mean_absolute_error: a value that is not finite");
  }
  sum_ += sum;
  values_ += static_cast<std::int64_t>(truth.size());
}

FACEPTOR_INLINE torch::Tensor MeanAbsoluteError::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(MeanAbsoluteError(), predictions, labels, [](const auto& one) { return one.result().mean_absolute_error; });
}

FACEPTOR_INLINE MeanAbsoluteError::Result MeanAbsoluteError::result() const { return {values_, share(sum_, static_cast<double>(values_))}; }

FACEPTOR_INLINE nlohmann::json MeanAbsoluteError::report() const {
  return {{"values", values_}, {"mean_absolute_error", number_or_null(result().mean_absolute_error)}};
}

FACEPTOR_INLINE AgeError::AgeError(Options options)
    : options_(std::move(options)),
      within_(options_.within.size(), 0),
      group_samples_(options_.groups.size() + 1, 0),
      group_errors_(options_.groups.size() + 1, 0) {
  if (options_.deviation > 0 && std::is_sorted(options_.groups.begin(), options_.groups.end())) return;
  throw Error(ErrorCode::argument, "metrics: age_error: options out of range").expected("a deviation over 0, and ascending groups");
}

FACEPTOR_INLINE void AgeError::add(const torch::Tensor& predictions, const Labels& labels) {
  const auto truth = losses::regression("metrics: age_error", predictions, labels).target;
  add(numbers_of(predictions), numbers_of(truth));
}

FACEPTOR_INLINE void AgeError::add(std::span<const double> predicted, std::span<const double> truth) {
  if (predicted.size() != truth.size()) {
    throw Error(ErrorCode::shape, "metrics: age_error: as many predictions as labels are needed")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(predicted.begin(), predicted.end(), finite) || !std::all_of(truth.begin(), truth.end(), finite)) {
    throw Error(ErrorCode::argument, "metrics: age_error: an age that is not finite");
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = std::abs(predicted[i] - truth[i]);
    likeness_ += std::exp(-error * error / (2 * options_.deviation * options_.deviation));
    for (std::size_t n = 0; n < within_.size(); ++n) within_[n] += error <= options_.within[n] ? 1 : 0;
    const auto group = std::upper_bound(options_.groups.begin(), options_.groups.end(), truth[i]) - options_.groups.begin();
    ++group_samples_[static_cast<std::size_t>(group)];
    group_errors_[static_cast<std::size_t>(group)] += error;
  }
}

FACEPTOR_INLINE torch::Tensor AgeError::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(AgeError(options_), predictions, labels, [](const auto& one) { return one.result().mean_absolute_error; });
}

FACEPTOR_INLINE AgeError::Result AgeError::result() const {
  Result result;
  result.samples = std::accumulate(group_samples_.begin(), group_samples_.end(), std::int64_t{0});
  const auto count = static_cast<double>(result.samples);
  result.mean_absolute_error = share(std::accumulate(group_errors_.begin(), group_errors_.end(), 0.0), count);
  for (std::size_t n = 0; n < within_.size(); ++n) {
    result.cumulative.push_back({options_.within[n], share(static_cast<double>(within_[n]), count)});
  }
  if (result.samples > 0) result.epsilon_error = 1 - likeness_ / count;
  for (std::size_t g = 0; g < group_samples_.size(); ++g) {
    Group group;
    if (g > 0) group.from = options_.groups[g - 1];
    if (g < options_.groups.size()) group.below = options_.groups[g];
    group.samples = group_samples_[g];
    group.mean_absolute_error = share(group_errors_[g], static_cast<double>(group_samples_[g]));
    result.groups.push_back(group);
  }
  return result;
}

FACEPTOR_INLINE nlohmann::json AgeError::report() const {
  const auto numbers = result();
  auto cumulative = nlohmann::json::object();
  for (const auto& score : numbers.cumulative) cumulative[fmt::format("{:g}", score.years)] = number_or_null(score.share);
  auto groups = nlohmann::json::array();
  for (const auto& group : numbers.groups) {
    groups.push_back({{"from", number_or_null(group.from)},
                      {"below", number_or_null(group.below)},
                      {"samples", group.samples},
                      {"mean_absolute_error", number_or_null(group.mean_absolute_error)}});
  }
  return {{"samples", numbers.samples},
          {"mean_absolute_error", number_or_null(numbers.mean_absolute_error)},
          {"cumulative_score", cumulative},
          {"epsilon_error", number_or_null(numbers.epsilon_error)},
          {"groups", groups}};
}

}  // namespace faceptor::metrics
