#include <cmath>
#include <numeric>

#include <faceptor/evaluate/value_outcomes.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor::evaluate {

void AgeOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const double truth = detail::label_of<datasets::AgeLabel>(sample).years;
  if (!std::isfinite(truth) || truth < 0 || truth > 150) {
    throw Error(ErrorCode::format, "evaluate: an age that can't be")
        .where(sample.annotation.name)
        .expected("0 to 150 years")
        .found(std::to_string(truth));
  }
  rows_.push_back({sample.index, result.get<results::AgeEstimate>().years, truth});
}

double AgeOutcomes::error(std::size_t place) const { return std::abs(rows_.at(place).predicted - rows_.at(place).truth); }

std::vector<Figure> AgeOutcomes::figures(std::span<const std::size_t> chosen) const {
  metrics::AgeError ages;
  for (const auto place : chosen) ages.add(std::span(&rows_.at(place).predicted, 1), std::span(&rows_.at(place).truth, 1));
  const auto result = ages.result();
  return {{"MAE", Unit::years, true, result.mean_absolute_error},
          {"CS@5", Unit::share, false, result.cumulative.front().share},
          {"epsilon error", Unit::share, true, result.epsilon_error}};
}

std::vector<Figure> AgeOutcomes::baselines() const {
  if (rows_.empty()) return {};
  const double mean = std::accumulate(rows_.begin(), rows_.end(), 0.0, [](double sum, const AgeRow& row) { return sum + row.truth; }) /
                      double(rows_.size());
  double error = 0;
  for (const auto& row : rows_) error += std::abs(row.truth - mean);
  return {{"MAE of always the set's mean age", Unit::years, true, error / static_cast<double>(rows_.size())}};
}

nlohmann::json AgeOutcomes::details() const {
  metrics::AgeError ages(metrics::AgeError::Options{.within = {1, 2, 3, 5, 10, 15}, .groups = {10, 20, 30, 40, 50, 60, 70}});
  auto points = nlohmann::json::array();
  for (const auto& row : rows_) {
    ages.add(std::span(&row.predicted, 1), std::span(&row.truth, 1));
    points.push_back({row.truth, row.predicted});
  }
  auto json = ages.report();
  json["points"] = std::move(points);  // [true age, estimate]
  return json;
}

std::vector<std::string> AgeOutcomes::protocol() const {
  return {"The estimate is the expected value of the predicted distribution over ages.",
          "CS@5: the share of faces whose error is at most 5 years; epsilon error: 1 - mean(exp(-(a - t)^2 / (2 * 3^2)))."};
}

std::vector<Plot> AgeOutcomes::plots(const nlohmann::json& details) const {
  Series points;
  double oldest = 10;
  for (const auto& point : details.at("points")) {
    points.points.emplace_back(point[0].get<double>(), point[1].get<double>());
    oldest = std::max({oldest, points.points.back().first, points.points.back().second});
  }
  const double high = std::ceil(oldest / 10) * 10;
  return {Scatter{"Estimate over true age", {"true age in years", 0, high}, {"estimate in years", 0, high}, std::move(points)}};
}

void ValueOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const auto& truth = detail::label_of<datasets::ValueLabels>(sample).values;
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

double ValueOutcomes::error(std::size_t place) const {
  const auto& row = rows_.at(place);
  double sum = 0;
  for (std::size_t k = 0; k < row.truth.size(); ++k) sum += std::abs(row.predicted[k] - row.truth[k]);
  return sum / static_cast<double>(row.truth.size());
}

std::vector<Figure> ValueOutcomes::figures(std::span<const std::size_t> chosen) const {
  double sum = 0;
  for (const auto place : chosen) sum += error(place);
  return {{"MAE", Unit::number, true, metrics::share(sum, static_cast<double>(chosen.size()))}};
}

std::vector<Figure> ValueOutcomes::baselines() const {
  if (rows_.empty()) return {};
  double sum = 0;
  for (std::size_t k = 0; k < names_.size(); ++k) {
    double mean = 0;
    for (const auto& row : rows_) mean += row.truth[k] / static_cast<double>(rows_.size());
    for (const auto& row : rows_) sum += std::abs(row.truth[k] - mean);
  }
  return {{"MAE of always the set's mean", Unit::number, true, sum / static_cast<double>(rows_.size() * names_.size())}};
}

nlohmann::json ValueOutcomes::details() const {
  auto values = nlohmann::json::array();
  for (std::size_t k = 0; k < names_.size(); ++k) {
    double sum = 0;
    for (const auto& row : rows_) sum += std::abs(row.predicted[k] - row.truth[k]);
    values.push_back(
        {{"name", names_[k]}, {"mean_absolute_error", metrics::number_or_null(metrics::share(sum, static_cast<double>(rows_.size())))}});
  }
  return {{"values", values}};
}

std::vector<std::string> ValueOutcomes::protocol() const { return {"Mean absolute error over all values of all samples."}; }

}  // namespace faceptor::evaluate
