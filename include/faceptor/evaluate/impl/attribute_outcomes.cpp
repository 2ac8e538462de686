#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>

#include <faceptor/evaluate/attribute_outcomes.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::evaluate {

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

FACEPTOR_INLINE metrics::AttributeScore::Result AttributeOutcomes::score(std::span<const std::size_t> chosen,
                                                                        bool average_precision) const {
  metrics::AttributeScore score({{thresholds_.begin(), thresholds_.end()}, average_precision});
  for (const auto place : chosen) score.add(rows_.at(place).probabilities, rows_[place].truth, names_.size());
  return score.result();
}

FACEPTOR_INLINE metrics::AttributeScore::Result AttributeOutcomes::score_all(bool average_precision) const {
  std::vector<std::size_t> all(rows_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return score(all, average_precision);
}

FACEPTOR_INLINE std::vector<Figure> AttributeOutcomes::figures(std::span<const std::size_t> chosen) const {
  const auto numbers = score(chosen);
  return {{"mean accuracy", Unit::share, false, numbers.mean_accuracy},
          {"mean balanced accuracy", Unit::share, false, numbers.mean_balanced_accuracy}};
}

FACEPTOR_INLINE std::vector<Figure> AttributeOutcomes::baselines() const {
  double sum = 0, known = 0;
  for (const auto& attribute : score_all().attributes) {
    if (attribute.samples == 0) continue;
    sum += double(std::max(attribute.positives, attribute.samples - attribute.positives)) / double(attribute.samples);
    known += 1;
  }
  return {{"mean accuracy of always the more frequent answer", Unit::share, false, metrics::share(sum, known)}};
}

FACEPTOR_INLINE nlohmann::json AttributeOutcomes::details() const {
  const auto numbers = score_all(true);
  auto attributes = nlohmann::json::array();
  for (std::size_t k = 0; k < numbers.attributes.size(); ++k) {
    const auto& attribute = numbers.attributes[k];
    attributes.push_back({{"name", names_[k]},
                          {"samples", attribute.samples},
                          {"positives", attribute.positives},
                          {"threshold", thresholds_[k]},
                          {"accuracy", metrics::number_or_null(attribute.accuracy)},
                          {"balanced_accuracy", metrics::number_or_null(attribute.balanced_accuracy)},
                          {"average_precision", metrics::number_or_null(attribute.average_precision)}});
  }
  return {{"attributes", attributes}, {"mean_average_precision", metrics::number_or_null(numbers.mean_average_precision)}};
}

FACEPTOR_INLINE std::vector<std::string> AttributeOutcomes::protocol() const {
  return {"An attribute counts as present if its probability is greater than its threshold; unknown labels are left out.",
          "Accuracy of each attribute, then their mean; attributes without a known label are left out of it."};
}

FACEPTOR_INLINE std::vector<Plot> AttributeOutcomes::plots(const nlohmann::json& details) const {
  return {detail::bars_of("Balanced accuracy", details.at("attributes"), "balanced_accuracy")};
}

}  // namespace faceptor::evaluate
