#pragma once

#include <algorithm>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/box.hpp>

namespace faceptor {

FACEPTOR_INLINE bool Box::valid() const noexcept {
  return std::isfinite(x0) && std::isfinite(y0) && std::isfinite(x1) && std::isfinite(y1) && x1 > x0 && y1 > y0;
}

FACEPTOR_INLINE float Box::area() const noexcept { return x1 > x0 && y1 > y0 ? width() * height() : 0; }

FACEPTOR_INLINE Box Box::scaled(float factor) const noexcept {
  const auto [cx, cy] = center();
  const float half_width = 0.5F * factor * width();
  const float half_height = 0.5F * factor * height();
  return {cx - half_width, cy - half_height, cx + half_width, cy + half_height};
}

FACEPTOR_INLINE Box Box::squared() const noexcept {
  const auto [cx, cy] = center();
  const float half = 0.5F * std::max(width(), height());
  return {cx - half, cy - half, cx + half, cy + half};
}

FACEPTOR_INLINE Box Box::whole(int width, int height) noexcept {
  return {-0.5F, -0.5F, static_cast<float>(width) - 0.5F, static_cast<float>(height) - 0.5F};
}

FACEPTOR_INLINE Box Box::around(std::span<const Point> points) {
  if (points.empty()) throw Error(ErrorCode::argument, "geometry: a box around no points");
  if (!all_finite(points)) throw Error(ErrorCode::argument, "geometry: a box around points that are not finite");
  Box box{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const auto& p : points) {
    box = {std::min(box.x0, p.x), std::min(box.y0, p.y), std::max(box.x1, p.x), std::max(box.y1, p.y)};
  }
  return box;
}

FACEPTOR_INLINE float intersection_over_union(const Box& a, const Box& b) noexcept {
  const Box shared{std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
  const float covered = a.area() + b.area() - shared.area();
  return covered > 0 ? shared.area() / covered : 0;
}

FACEPTOR_INLINE FivePoints five_points_from_box(const Box& box) {
  if (!box.valid()) throw Error(ErrorCode::argument, "geometry: a face's box is empty or not finite");
  // In shares of the box's sides, from its top-left corner.
  static constexpr Point kUsual[5] = {{0.291F, 0.284F}, {0.709F, 0.284F}, {0.5F, 0.512F}, {0.3F, 0.71F}, {0.7F, 0.71F}};
  FivePoints points;
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = {box.x0 + kUsual[i].x * box.width(), box.y0 + kUsual[i].y * box.height()};
  return points;
}

}  // namespace faceptor
