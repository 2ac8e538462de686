#pragma once

#include <algorithm>

#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/results/expression.hpp>

namespace faceptor::evaluate {

FACEPTOR_INLINE void ClassOutcomes::add(const TaskResult& result, const data::EvaluationSample& sample) {
  const auto truth = detail::label_of<data::ClassLabel>(sample).index;
  detail::check_class(truth, classes(), sample);
  const results::Probabilities& said =
      result.holds<results::Expression>() ? result.get<results::Expression>() : result.get<results::Probabilities>();
  rows_.push_back({sample.index, static_cast<std::int64_t>(said.best()), truth, said.probabilities.at(static_cast<std::size_t>(truth))});
}

FACEPTOR_INLINE std::vector<Figure> ClassOutcomes::figures(std::span<const std::size_t> chosen) const {
  metrics::Classification classified(classes());
  for (const auto place : chosen) classified.add(std::span(&rows_.at(place).predicted, 1), std::span(&rows_.at(place).truth, 1));
  const auto result = classified.result();
  return {{"accuracy", Unit::share, false, result.accuracy}, {"mean class accuracy", Unit::share, false, result.mean_class_accuracy}};
}

FACEPTOR_INLINE std::vector<Figure> ClassOutcomes::baselines() const {
  if (rows_.empty()) return {};
  std::vector<std::size_t> counts(names_.size());
  for (const auto& row : rows_) ++counts[static_cast<std::size_t>(row.truth)];
  const auto most = std::max_element(counts.begin(), counts.end());
  return {{"accuracy of always \"" + names_[static_cast<std::size_t>(most - counts.begin())] + "\"", Unit::share, false,
           static_cast<double>(*most) / static_cast<double>(rows_.size())}};
}

FACEPTOR_INLINE nlohmann::json ClassOutcomes::details() const {
  metrics::Classification classified(classes());
  for (const auto& row : rows_) classified.add(std::span(&row.predicted, 1), std::span(&row.truth, 1));
  auto json = classified.report();
  json["classes"] = names_;
  json["confusion"] = classified.confusion();  // rows true, columns predicted
  return json;
}

FACEPTOR_INLINE std::vector<std::string> ClassOutcomes::protocol() const {
  return {"The most probable class counts.", "Mean class accuracy: the mean of the recalls of the classes that occur."};
}

FACEPTOR_INLINE std::vector<Plot> ClassOutcomes::plots(const nlohmann::json& details) const {
  return {detail::confusion_of(details)};
}

}  // namespace faceptor::evaluate
