#pragma once

#include <charconv>

#include <faceptor/published/paper_results.hpp>
#include <faceptor/published/table.hpp>

namespace faceptor::published {

FACEPTOR_INLINE std::optional<double> value(const PaperRow& row, std::string_view printed) {
  double number = 0;
  const auto read = std::from_chars(printed.data(), printed.data() + printed.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  return row.unit == "%" ? number / 100 : number;
}

FACEPTOR_INLINE bool after_second_stage(const PaperRow& row) {
  const auto* task = find(row.task);
  return task != nullptr && task->stage2_batch > 0 && !row.full.empty();
}

}  // namespace faceptor::published
