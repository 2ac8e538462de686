#pragma once

#include <algorithm>
#include <cmath>

#include <faceptor/results/photo_pen.hpp>

namespace faceptor {

FACEPTOR_INLINE CanvasRect PhotoPen::at(const Box& photo) const noexcept {
  const auto a = at(Point{photo.x0, photo.y0});
  const auto b = at(Point{photo.x1, photo.y1});
  return {a.x, a.y, b.x, b.y};
}

FACEPTOR_INLINE float PhotoPen::stroke() const noexcept {
  const float side = std::sqrt(std::max(0.0F, face_.area() * zoom_.x * zoom_.y));
  return std::clamp(side * 0.006F, 1.0F, 4.0F);
}

FACEPTOR_INLINE void PhotoPen::line(Point from, Point to, Color color) {
  canvas_.line(at(from), at(to), 1.5F * stroke() + 2, Color{0, 0, 0}.with_alpha(0.28F));
  canvas_.line(at(from), at(to), 1.5F * stroke(), color);
}

FACEPTOR_INLINE void PhotoPen::dot(Point photo, float strokes, float sure) {
  const float radius = strokes * stroke();
  canvas_.disc(at(photo), radius + 1, Color{0, 0, 0}.with_alpha(0.45F * sure));
  canvas_.disc(at(photo), radius, accent_.with_alpha(sure));
}

}  // namespace faceptor
