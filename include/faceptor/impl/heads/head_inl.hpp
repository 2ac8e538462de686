#pragma once

#include <algorithm>
#include <array>

#include <faceptor/heads/head.hpp>

namespace faceptor::heads {
namespace detail {

/// The levels at the given twelfths of the depth, ascending, each once.
FACEPTOR_INLINE std::vector<int64_t> levels_at_twelfths(const std::array<int64_t, 4>& twelfths, int64_t levels) {
  std::vector<int64_t> chosen;
  for (const auto twelfth : twelfths) {
    const auto level = std::max<int64_t>((twelfth * levels + 6) / 12, 1) - 1;
    if (chosen.empty() || level > chosen.back()) chosen.push_back(level);
  }
  return chosen;
}

}  // namespace detail

FACEPTOR_INLINE std::vector<int64_t> dense_levels(int64_t levels) {
  if (levels == 32) return {8, 14, 20, 31};
  return detail::levels_at_twelfths({4, 6, 8, 12}, levels);
}

FACEPTOR_INLINE std::vector<int64_t> attribute_levels(int64_t levels) { return detail::levels_at_twelfths({6, 8, 10, 12}, levels); }

}  // namespace faceptor::heads
