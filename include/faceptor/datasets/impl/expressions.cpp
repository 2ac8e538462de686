#pragma once

#include <array>
#include <utility>

#include <faceptor/datasets/expressions.hpp>
#include <faceptor/results/attribute_names.hpp>

namespace faceptor::data::detail {

FACEPTOR_INLINE DatasetInfo expression_info(std::string split, std::string task, bool contempt) {
  DatasetInfo info{.split = std::move(split), .kind = LabelKind::class_index, .task = std::move(task)};
  info.label_names.assign(results::kExpressionNames.begin(), results::kExpressionNames.end());
  if (contempt) info.label_names.emplace_back("contempt");
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  return info;
}

FACEPTOR_INLINE bool keeps_contempt(const DatasetOptions& options, std::string_view format) {
  return chosen_setting(options, format, "contempt", std::array<std::string, 2>{"drop", "keep"}) == "keep";
}

}  // namespace faceptor::data::detail
