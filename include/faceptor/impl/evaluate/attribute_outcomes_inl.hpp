#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <faceptor/evaluate/attribute_outcomes.hpp>
#include <faceptor/metrics/attribute_score.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::evaluate {

struct AttributeOutcomes::Counts {
  std::int64_t positives = 0, negatives = 0, right_positives = 0, right_negatives = 0;

  std::int64_t known() const { return positives + negatives; }
  std::optional<double> accuracy() const { return metrics::share(double(right_positives + right_negatives), double(known())); }
  std::optional<double> balanced() const {
    const auto on_positives = metrics::share(double(right_positives), double(positives));
    const auto on_negatives = metrics::share(double(right_negatives), double(negatives));
    if (!on_positives || !on_negatives) return std::nullopt;
    return (*on_positives + *on_negatives) / 2;
  }
};

namespace detail {

/// The mean of those that are defined.
template <class Range, class Get>
std::optional<double> mean_defined(const Range& range, Get&& get) {
  double sum = 0, count = 0;
  for (const auto& item : range) {
    if (const std::optional<double> value = get(item)) sum += *value, count += 1;
  }
  return metrics::share(sum, count);
}

}  // namespace detail

FACEPTOR_INLINE AttributeOutcomes::AttributeOutcomes(const TaskSpec& spec, const data::DatasetInfo& set)
    : names_(detail::output_names(spec, set)), thresholds_(spec.thresholds) {
  if (thresholds_.empty()) thresholds_.assign(names_.size(), 0.5F);
}

FACEPTOR_INLINE void AttributeOutcomes::add(const TaskResult& result, const data::EvaluationSample& sample) {
  const auto& truth = detail::label_of<data::AttributeLabels>(sample).values;
  const results::Probabilities& said =
      result.holds<results::Attributes>() ? result.get<results::Attributes>() : result.get<results::Probabilities>();
  if (truth.size() != said.size()) {
    throw Error(ErrorCode::mismatch, "evaluate: a sample has another number of attributes than the task")
        .where(sample.annotation.name)
        .expected(std::to_string(said.size()))
        .found(std::to_string(truth.size()));
  }
  for (const auto value : truth) {
    if (value < -1 || value > 1) {
      throw Error(ErrorCode::format, "evaluate: an attribute's label is 1, 0 or -1 (unknown)")
          .where(sample.annotation.name)
          .found(std::to_string(value));
    }
  }
  rows_.push_back({sample.index, {said.probabilities.begin(), said.probabilities.end()}, {truth.begin(), truth.end()}});
}

FACEPTOR_INLINE double AttributeOutcomes::error(std::size_t place) const {
  const auto& row = rows_.at(place);
  double sum = 0, known = 0;
  for (std::size_t k = 0; k < row.truth.size(); ++k) {
    if (row.truth[k] >= 0) sum += std::abs(row.probabilities[k] - double(row.truth[k])), known += 1;
  }
  return known > 0 ? sum / known : 0;
}

FACEPTOR_INLINE std::vector<AttributeOutcomes::Counts> AttributeOutcomes::count(std::span<const std::size_t> chosen) const {
  std::vector<Counts> counts(names_.size());
  for (const auto place : chosen) {
    const auto& row = rows_.at(place);
    for (std::size_t k = 0; k < counts.size(); ++k) {
      if (row.truth[k] < 0) continue;
      const bool yes = row.probabilities[k] > double(thresholds_[k]);
      ++(row.truth[k] == 1 ? counts[k].positives : counts[k].negatives);
      if (yes == (row.truth[k] == 1)) ++(yes ? counts[k].right_positives : counts[k].right_negatives);
    }
  }
  return counts;
}

FACEPTOR_INLINE std::vector<Figure> AttributeOutcomes::figures(std::span<const std::size_t> chosen) const {
  const auto counts = count(chosen);
  return {{"mean accuracy", Unit::share, false, detail::mean_defined(counts, [](const Counts& c) { return c.accuracy(); })},
          {"mean balanced accuracy", Unit::share, false, detail::mean_defined(counts, [](const Counts& c) { return c.balanced(); })}};
}

FACEPTOR_INLINE std::vector<Figure> AttributeOutcomes::baselines() const {
  std::vector<std::size_t> all(rows_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto more_frequent = [](const Counts& c) { return metrics::share(double(std::max(c.positives, c.negatives)), double(c.known())); };
  return {{"mean accuracy of always the more frequent answer", Unit::share, false, detail::mean_defined(count(all), more_frequent)}};
}

FACEPTOR_INLINE nlohmann::json AttributeOutcomes::details() const {
  std::vector<std::size_t> all(rows_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const auto counts = count(all);
  auto attributes = nlohmann::json::array();
  std::vector<std::optional<double>> precisions;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    std::vector<float> scores;
    std::vector<std::uint8_t> positive;
    for (const auto& row : rows_) {
      if (row.truth[k] < 0) continue;
      scores.push_back(static_cast<float>(row.probabilities[k]));
      positive.push_back(row.truth[k] == 1);
    }
    precisions.push_back(metrics::average_precision(scores, positive));
    attributes.push_back({{"name", names_[k]},
                          {"samples", counts[k].known()},
                          {"positives", counts[k].positives},
                          {"threshold", thresholds_[k]},
                          {"accuracy", metrics::number_or_null(counts[k].accuracy())},
                          {"balanced_accuracy", metrics::number_or_null(counts[k].balanced())},
                          {"average_precision", metrics::number_or_null(precisions.back())}});
  }
  const auto mean = detail::mean_defined(precisions, [](const std::optional<double>& p) { return p; });
  return {{"attributes", attributes}, {"mean_average_precision", metrics::number_or_null(mean)}};
}

FACEPTOR_INLINE std::vector<std::string> AttributeOutcomes::protocol() const {
  return {"An attribute counts as present if its probability is greater than its threshold; unknown labels are left out.",
          "Accuracy of each attribute, then their mean; attributes without a known label are left out of it."};
}

FACEPTOR_INLINE std::vector<Plot> AttributeOutcomes::plots(const nlohmann::json& details) const {
  return {detail::bars_of("Balanced accuracy", details.at("attributes"), "balanced_accuracy")};
}

}  // namespace faceptor::evaluate
