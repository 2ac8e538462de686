#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/heads/head.hpp>

namespace faceptor::heads {
namespace detail {

/// The levels at the given twelfths of the depth, ascending, each once; where the depth is small, the ones just above.
FACEPTOR_INLINE std::vector<int64_t> levels_at_twelfths(const std::array<int64_t, 4>& twelfths, int64_t levels) {
  std::vector<int64_t> chosen;
  int64_t next = levels;
  for (auto it = twelfths.rbegin(); it != twelfths.rend() && next > 0; ++it) {
    next = std::min(next - 1, (*it * levels + 6) / 12 - 1);
    chosen.insert(chosen.begin(), std::max<int64_t>(next, 0));
  }
  return chosen;
}

}  // namespace detail

FACEPTOR_INLINE std::vector<int64_t> dense_levels(int64_t levels) {
  if (levels == 32) return {8, 14, 20, 31};
  return detail::levels_at_twelfths({4, 6, 8, 12}, levels);
}

FACEPTOR_INLINE std::vector<int64_t> attribute_levels(int64_t levels) {
  auto chosen = detail::levels_at_twelfths({6, 8, 10, 12}, levels);
  // The head's width is shared evenly by its levels, and a third of a power of two is none.
  if (chosen.size() == 3) chosen.erase(chosen.begin());
  return chosen;
}

FACEPTOR_INLINE LevelShapes HeadContext::levels(std::vector<int64_t> chosen, std::vector<int64_t> (*otherwise)(int64_t)) const {
  LevelShapes shapes{chosen.empty() ? otherwise(backbone.levels()) : std::move(chosen), {}, {}};
  for (const auto level : shapes.levels) {
    if (level < 0 || level >= backbone.levels()) {
      throw Error(ErrorCode::argument, "naive faceptor: a head reads a level that the backbone doesn't have")
          .expected("0 to " + std::to_string(backbone.levels() - 1))
          .found(std::to_string(level));
    }
    shapes.widths.push_back(backbone.width(level));
    shapes.strides.push_back(backbone.stride(level));
  }
  return shapes;
}

FACEPTOR_INLINE Registry<HeadType>& head_registry() {
  static Registry<HeadType> heads("head", "heads::register_head<Head>(), or by the output kind that makes it");
  return heads;
}

}  // namespace faceptor::heads
