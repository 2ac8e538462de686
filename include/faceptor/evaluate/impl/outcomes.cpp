#pragma once

#include <fmt/format.h>

#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

FACEPTOR_INLINE TaskResult ScoredBatch::result(std::size_t place) const {
  const auto& sample = samples[place];
  const ViewTransform transform(sample.prepared.photo_to_crop, sample.picture, sample.prepared.size, sample.prepared.warp);
  return task.read(raw[static_cast<std::int64_t>(place)], {task.spec(), transform, model_hash});
}

namespace detail {

FACEPTOR_INLINE std::optional<double> number_of(const nlohmann::json& json) {
  return json.is_number() ? std::optional<double>(json.get<double>()) : std::nullopt;
}

FACEPTOR_INLINE Confusion confusion_of(const nlohmann::json& details) {
  return {"Rows true, columns taken for (% of the row)", details.at("classes").get<std::vector<std::string>>(),
          details.at("confusion").at("counts").get<std::vector<std::int64_t>>()};
}

FACEPTOR_INLINE Bars bars_of(std::string title, const nlohmann::json& entries, const char* key) {
  Bars bars{std::move(title), {}};
  for (const auto& entry : entries) bars.values.emplace_back(entry.at("name").get<std::string>(), number_of(entry.at(key)));
  return bars;
}

FACEPTOR_INLINE void check_class(std::int64_t index, std::int64_t classes, const data::EvaluationSample& sample) {
  if (index >= 0 && index < classes) return;
  throw Error(ErrorCode::format, "evaluate: a label is no class of the task")
      .where(sample.annotation.name)
      .expected(fmt::format("0 to {}", classes - 1))
      .found(std::to_string(index));
}

FACEPTOR_INLINE std::vector<std::string> output_names(const TaskSpec& spec, const data::DatasetInfo& set) {
  if (!spec.labels.empty()) return spec.labels;
  if (static_cast<std::int64_t>(set.label_names.size()) == spec.outputs) return set.label_names;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < spec.outputs; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace detail

}  // namespace faceptor::evaluate
