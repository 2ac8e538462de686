#include <algorithm>
#include <cmath>
#include <numeric>

#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/expression.hpp>

namespace faceptor::evaluate {

void ClassOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const auto truth = detail::label_of<datasets::ClassLabel>(sample).index;
  detail::check_class(truth, classes(), sample);
  const results::Probabilities& said =
      result.holds<results::Expression>() ? result.get<results::Expression>() : result.get<results::Probabilities>();
  rows_.push_back({sample.index, static_cast<std::int64_t>(said.best()), truth, said.probabilities.at(static_cast<std::size_t>(truth))});
}

std::vector<Figure> ClassOutcomes::figures(std::span<const std::size_t> chosen) const {
  metrics::Classification classified(classes());
  for (const auto place : chosen) classified.add(std::span(&rows_.at(place).predicted, 1), std::span(&rows_.at(place).truth, 1));
  const auto result = classified.result();
  return {{"accuracy", Unit::share, false, result.accuracy}, {"mean class accuracy", Unit::share, false, result.mean_class_accuracy}};
}

std::vector<Figure> ClassOutcomes::baselines() const {
  if (rows_.empty()) return {};
  std::vector<std::size_t> counts(names_.size());
  for (const auto& row : rows_) ++counts[static_cast<std::size_t>(row.truth)];
  const auto most = std::max_element(counts.begin(), counts.end());
  return {{"accuracy of always \"" + names_[static_cast<std::size_t>(most - counts.begin())] + "\"", Unit::share, false,
           static_cast<double>(*most) / static_cast<double>(rows_.size())}};
}

nlohmann::json ClassOutcomes::details() const {
  metrics::Classification classified(classes());
  for (const auto& row : rows_) classified.add(std::span(&row.predicted, 1), std::span(&row.truth, 1));
  auto json = classified.report();
  json["classes"] = names_;
  json["confusion"] = classified.confusion();  // rows true, columns predicted
  return json;
}

std::vector<std::string> ClassOutcomes::protocol() const {
  return {"The most probable class counts.", "Mean class accuracy: the mean of the recalls of the classes that occur."};
}

std::vector<Plot> ClassOutcomes::plots(const nlohmann::json& details) const { return {detail::confusion_of(details)}; }

AttributeOutcomes::AttributeOutcomes(const TaskSpec& spec, const datasets::DatasetInfo& set)
    : names_(detail::output_names(spec, set)), thresholds_(spec.thresholds) {
  if (thresholds_.empty()) thresholds_.assign(names_.size(), 0.5F);
}

void AttributeOutcomes::add(const TaskResult& result, const loading::EvaluationSample& sample) {
  const auto& truth = detail::label_of<datasets::AttributeLabels>(sample).values;
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

double AttributeOutcomes::error(std::size_t place) const {
  const auto& row = rows_.at(place);
  double sum = 0, known = 0;
  for (std::size_t k = 0; k < row.truth.size(); ++k) {
    if (row.truth[k] >= 0) sum += std::abs(row.probabilities[k] - double(row.truth[k])), known += 1;
  }
  return known > 0 ? sum / known : 0;
}

metrics::AttributeScore::Result AttributeOutcomes::score(std::span<const std::size_t> chosen, bool average_precision) const {
  metrics::AttributeScore score({{thresholds_.begin(), thresholds_.end()}, average_precision});
  for (const auto place : chosen) score.add(rows_.at(place).probabilities, rows_[place].truth, names_.size());
  return score.result();
}

metrics::AttributeScore::Result AttributeOutcomes::score_all(bool average_precision) const {
  std::vector<std::size_t> all(rows_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return score(all, average_precision);
}

std::vector<Figure> AttributeOutcomes::figures(std::span<const std::size_t> chosen) const {
  const auto numbers = score(chosen);
  return {{"mean accuracy", Unit::share, false, numbers.mean_accuracy},
          {"mean balanced accuracy", Unit::share, false, numbers.mean_balanced_accuracy}};
}

std::vector<Figure> AttributeOutcomes::baselines() const {
  double sum = 0, known = 0;
  for (const auto& attribute : score_all().attributes) {
    if (attribute.samples == 0) continue;
    sum += double(std::max(attribute.positives, attribute.samples - attribute.positives)) / double(attribute.samples);
    known += 1;
  }
  return {{"mean accuracy of always the more frequent answer", Unit::share, false, metrics::share(sum, known)}};
}

nlohmann::json AttributeOutcomes::details() const {
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

std::vector<std::string> AttributeOutcomes::protocol() const {
  return {"An attribute counts as present if its probability is greater than its threshold; unknown labels are left out.",
          "Accuracy of each attribute, then their mean; attributes without a known label are left out of it."};
}

std::vector<Plot> AttributeOutcomes::plots(const nlohmann::json& details) const {
  return {detail::bars_of("Balanced accuracy", details.at("attributes"), "balanced_accuracy")};
}

}  // namespace faceptor::evaluate
