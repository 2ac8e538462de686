#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/published/table.hpp>

namespace faceptor::published {

FACEPTOR_INLINE std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& row : kTable) all.emplace_back(row.name);
  return all;
}

FACEPTOR_INLINE const TaskRow* find(std::string_view task) noexcept {
  for (const auto& row : kTable) {
    if (row.name == task) return &row;
  }
  return nullptr;
}

FACEPTOR_INLINE const TaskRow& row(std::string_view task) {
  if (const auto* found = find(task)) return *found;
  throw Error(ErrorCode::argument, "published: no published task is called \"" + std::string(task) + "\"")
      .hint(text::suggestion(task, names()));
}

FACEPTOR_INLINE const TaskRow* find_by_format(std::string_view format, std::int64_t classes) noexcept {
  for (const auto& row : kTable) {
    if (row.format != format && row.evaluation_format != format) continue;
    const bool other_masks = row.family == Family::parsing && classes > 0 && classes != row.outputs;
    return other_masks ? nullptr : &row;
  }
  return nullptr;
}

FACEPTOR_INLINE View view(const TaskRow& row) {
  if (row.family == Family::landmarks) return views::published::landmarks(row.scale).width(row.side).height(row.side);
  if (row.family == Family::parsing) return views::published::parsing_lapa().warp(row.warp).width(row.side).height(row.side);
  return views::published::aligned112().width(row.side).height(row.side);
}

FACEPTOR_INLINE View set_view(const TaskRow& row, int side) {
  auto seen = row.format == "celebamask_hq" ? views::published::parsing_celebam() : view(row);
  if (side == 0) side = row.side;
  return seen.width(side).height(side);
}

}  // namespace faceptor::published
