#pragma once

#include <algorithm>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/points.hpp>

namespace faceptor {

FACEPTOR_INLINE bool all_finite(std::span<const Point> points) {
  return std::all_of(points.begin(), points.end(), [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

FACEPTOR_INLINE Points mirrored(std::span<const Point> points, int width) {
  Points out(points.begin(), points.end());
  for (auto& p : out) p.x = static_cast<float>(width - 1) - p.x;
  return out;
}

}  // namespace faceptor
