#pragma once

#include <fmt/format.h>

#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {
namespace detail {

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
