#pragma once

#include <cmath>

#include <faceptor/evaluate/value_outcomes.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor::evaluate {

FACEPTOR_INLINE void ValueOutcomes::add(const TaskResult& result, const data::EvaluationSample& sample) {
  const auto& truth = detail::label_of<data::ValueLabels>(sample).values;
  const auto& said = result.get<results::Values>().values;
  if (truth.size() != said.size()) {
    throw Error(ErrorCode::mismatch, "evaluate: a sample has another number of values than the task")
        .where(sample.annotation.name)
        .expected(std::to_string(said.size()))
        .found(std::to_string(truth.size()));
  }
  for (const float value : truth) {
    if (!std::isfinite(value)) throw Error(ErrorCode::format, "evaluate: a label is not a number").where(sample.annotation.name);
  }
  rows_.push_back({sample.index, {said.begin(), said.end()}, {truth.begin(), truth.end()}});
}

FACEPTOR_INLINE double ValueOutcomes::error(std::size_t place) const {
  const auto& row = rows_.at(place);
  double sum = 0;
  for (std::size_t k = 0; k < row.truth.size(); ++k) sum += std::abs(row.predicted[k] - row.truth[k]);
  return sum / static_cast<double>(row.truth.size());
}

FACEPTOR_INLINE std::vector<Figure> ValueOutcomes::figures(std::span<const std::size_t> chosen) const {
  double sum = 0;
  for (const auto place : chosen) sum += error(place);
  return {{"MAE", Unit::number, true, metrics::share(sum, static_cast<double>(chosen.size()))}};
}

FACEPTOR_INLINE std::vector<Figure> ValueOutcomes::baselines() const {
  if (rows_.empty()) return {};
  double sum = 0;
  for (std::size_t k = 0; k < names_.size(); ++k) {
    double mean = 0;
    for (const auto& row : rows_) mean += row.truth[k] / static_cast<double>(rows_.size());
    for (const auto& row : rows_) sum += std::abs(row.truth[k] - mean);
  }
  return {{"MAE of always the set's mean", Unit::number, true, sum / static_cast<double>(rows_.size() * names_.size())}};
}

FACEPTOR_INLINE nlohmann::json ValueOutcomes::details() const {
  auto values = nlohmann::json::array();
  for (std::size_t k = 0; k < names_.size(); ++k) {
    double sum = 0;
    for (const auto& row : rows_) sum += std::abs(row.predicted[k] - row.truth[k]);
    values.push_back(
        {{"name", names_[k]}, {"mean_absolute_error", metrics::number_or_null(metrics::share(sum, static_cast<double>(rows_.size())))}});
  }
  return {{"values", values}};
}

FACEPTOR_INLINE std::vector<std::string> ValueOutcomes::protocol() const {
  return {"Mean absolute error over all values of all samples."};
}

}  // namespace faceptor::evaluate
