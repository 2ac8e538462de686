#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/image/draw.hpp>

namespace faceptor {
namespace detail::canvas {

FACEPTOR_INLINE void blend(std::uint8_t* pixel, Color color, float coverage) {
  const float alpha = coverage * static_cast<float>(color.a) / 255.0F;
  if (!(alpha > 0)) return;
  const auto mix = [alpha](std::uint8_t below, std::uint8_t above) {
    const float value = static_cast<float>(below) + alpha * (static_cast<float>(above) - static_cast<float>(below));
    return static_cast<std::uint8_t>(value + 0.5F);
  };
  pixel[0] = mix(pixel[0], color.r);
  pixel[1] = mix(pixel[1], color.g);
  pixel[2] = mix(pixel[2], color.b);
}

/// A pixel's index from a coordinate, kept within 0..limit, so that no cast overflows.
FACEPTOR_INLINE int clamped_index(float value, int limit) { return static_cast<int>(std::clamp(value, 0.0F, static_cast<float>(limit))); }

FACEPTOR_INLINE bool finite_numbers(std::initializer_list<float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

/// How much of a pixel a shape covers whose edge is at this signed distance (negative inside).
FACEPTOR_INLINE float coverage_at(float distance) { return std::clamp(0.5F - distance, 0.0F, 1.0F); }

FACEPTOR_INLINE float distance_to_segment(float x, float y, CanvasPoint a, CanvasPoint b) {
  const float dx = b.x - a.x;
  const float dy = b.y - a.y;
  const float length2 = dx * dx + dy * dy;
  const float t = length2 > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / length2, 0.0F, 1.0F) : 0.0F;
  return std::hypot(x - a.x - t * dx, y - a.y - t * dy);
}

FACEPTOR_INLINE float distance_to_rectangle(float x, float y, const CanvasRect& rect, float radius) {
  const float half_width = 0.5F * (rect.x1 - rect.x0);
  const float half_height = 0.5F * (rect.y1 - rect.y0);
  const float r = std::clamp(radius, 0.0F, std::min(half_width, half_height));
  const float qx = std::abs(x - 0.5F * (rect.x0 + rect.x1)) - half_width + r;
  const float qy = std::abs(y - 0.5F * (rect.y0 + rect.y1)) - half_height + r;
  return std::hypot(std::max(qx, 0.0F), std::max(qy, 0.0F)) + std::min(std::max(qx, qy), 0.0F) - r;
}

/// The length that the pixel around `at` shares with from..to.
FACEPTOR_INLINE float overlap(float at, float from, float to) {
  return std::max(0.0F, std::min(at + 0.5F, to) - std::max(at - 0.5F, from));
}

}  // namespace detail::canvas

/// Blends the colour where `coverage(x, y)` (0 to 1) says so, over the pixels that touch the bounds.
template <class Coverage>
void Canvas::shade(const CanvasRect& bounds, Color color, Coverage&& coverage) {
  if (image_->empty() || !detail::canvas::finite_numbers({bounds.x0, bounds.y0, bounds.x1, bounds.y1})) return;
  const int left = detail::canvas::clamped_index(std::floor(bounds.x0), image_->width());
  const int top = detail::canvas::clamped_index(std::floor(bounds.y0), image_->height());
  const int right = detail::canvas::clamped_index(std::ceil(bounds.x1) + 1, image_->width());
  const int bottom = detail::canvas::clamped_index(std::ceil(bounds.y1) + 1, image_->height());
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x)
      detail::canvas::blend(image_->at(x, y), color, coverage(static_cast<float>(x), static_cast<float>(y)));
  }
}

FACEPTOR_INLINE void Canvas::fill(Color color) {
  rectangle({-0.5F, -0.5F, static_cast<float>(image_->width()) - 0.5F, static_cast<float>(image_->height()) - 0.5F}, color);
}

FACEPTOR_INLINE void Canvas::rectangle(const CanvasRect& rect, Color color, float radius) {
  if (!(rect.x1 > rect.x0 && rect.y1 > rect.y0)) return;
  if (radius > 0) {
    shade(rect, color,
          [&](float x, float y) { return detail::canvas::coverage_at(detail::canvas::distance_to_rectangle(x, y, rect, radius)); });
  } else {
    shade(rect, color,
          [&](float x, float y) { return detail::canvas::overlap(x, rect.x0, rect.x1) * detail::canvas::overlap(y, rect.y0, rect.y1); });
  }
}

FACEPTOR_INLINE void Canvas::frame(const CanvasRect& rect, float width, Color color, float radius) {
  if (!(rect.x1 > rect.x0 && rect.y1 > rect.y0 && width > 0)) return;
  const float half = 0.5F * width;
  shade({rect.x0 - half, rect.y0 - half, rect.x1 + half, rect.y1 + half}, color, [&](float x, float y) {
    return detail::canvas::coverage_at(std::abs(detail::canvas::distance_to_rectangle(x, y, rect, radius)) - half) * std::min(1.0F, width);
  });
}

FACEPTOR_INLINE void Canvas::disc(CanvasPoint center, float radius, Color color) {
  if (!(radius > 0)) return;
  shade({center.x - radius, center.y - radius, center.x + radius, center.y + radius}, color,
        [&](float x, float y) { return detail::canvas::coverage_at(std::hypot(x - center.x, y - center.y) - radius); });
}

FACEPTOR_INLINE void Canvas::circle(CanvasPoint center, float radius, float width, Color color) {
  if (!(radius > 0 && width > 0)) return;
  const float reach = radius + 0.5F * width;
  shade({center.x - reach, center.y - reach, center.x + reach, center.y + reach}, color, [&](float x, float y) {
    return detail::canvas::coverage_at(std::abs(std::hypot(x - center.x, y - center.y) - radius) - 0.5F * width) * std::min(1.0F, width);
  });
}

FACEPTOR_INLINE void Canvas::line(CanvasPoint from, CanvasPoint to, float width, Color color) {
  const CanvasPoint ends[] = {from, to};
  polyline(ends, false, width, color);
}

FACEPTOR_INLINE void Canvas::polyline(std::span<const CanvasPoint> points, bool closed, float width, Color color) {
  if (points.empty() || !(width > 0) || !std::isfinite(width) || image_->empty()) return;
  const float half = 0.5F * std::max(width, 1.0F);
  CanvasRect bounds{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const auto& point : points) {
    if (!detail::canvas::finite_numbers({point.x, point.y})) return;
    bounds = {std::min(bounds.x0, point.x), std::min(bounds.y0, point.y), std::max(bounds.x1, point.x), std::max(bounds.y1, point.y)};
  }
  const int left = detail::canvas::clamped_index(std::floor(bounds.x0 - half), image_->width());
  const int top = detail::canvas::clamped_index(std::floor(bounds.y0 - half), image_->height());
  const int right = detail::canvas::clamped_index(std::ceil(bounds.x1 + half) + 1, image_->width());
  const int bottom = detail::canvas::clamped_index(std::ceil(bounds.y1 + half) + 1, image_->height());
  if (left >= right || top >= bottom) return;
  // The union of the segments' coverage first: joints of a translucent line must not be darker.
  const auto columns = static_cast<std::size_t>(right - left);
  std::vector<float> mask(columns * static_cast<std::size_t>(bottom - top));
  const std::size_t segments = closed ? points.size() : std::max<std::size_t>(points.size() - 1, 1);
  for (std::size_t i = 0; i < segments; ++i) {
    const auto a = points[i];
    const auto b = points[(i + 1) % points.size()];
    const int x0 = std::max(left, detail::canvas::clamped_index(std::floor(std::min(a.x, b.x) - half), image_->width()));
    const int x1 = std::min(right, detail::canvas::clamped_index(std::ceil(std::max(a.x, b.x) + half) + 1, image_->width()));
    const int y0 = std::max(top, detail::canvas::clamped_index(std::floor(std::min(a.y, b.y) - half), image_->height()));
    const int y1 = std::min(bottom, detail::canvas::clamped_index(std::ceil(std::max(a.y, b.y) + half) + 1, image_->height()));
    for (int y = y0; y < y1; ++y) {
      for (int x = x0; x < x1; ++x) {
        auto& covered = mask[static_cast<std::size_t>(y - top) * columns + static_cast<std::size_t>(x - left)];
        covered = std::max(covered, detail::canvas::coverage_at(
                                        detail::canvas::distance_to_segment(static_cast<float>(x), static_cast<float>(y), a, b) - half));
      }
    }
  }
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const float covered = mask[static_cast<std::size_t>(y - top) * columns + static_cast<std::size_t>(x - left)];
      detail::canvas::blend(image_->at(x, y), color, covered * std::min(1.0F, width));
    }
  }
}

FACEPTOR_INLINE void Canvas::polygon(std::span<const CanvasPoint> points, Color color) {
  if (points.size() < 3 || image_->empty()) return;
  float lowest = points[0].y, highest = points[0].y;
  for (const auto& point : points) {
    if (!detail::canvas::finite_numbers({point.x, point.y})) return;
    lowest = std::min(lowest, point.y);
    highest = std::max(highest, point.y);
  }
  constexpr int kSubRows = 5;
  const int width = image_->width();
  const int top = detail::canvas::clamped_index(std::floor(lowest), image_->height());
  const int bottom = detail::canvas::clamped_index(std::ceil(highest) + 1, image_->height());
  std::vector<float> row(static_cast<std::size_t>(width));
  std::vector<float> crossings;
  for (int y = top; y < bottom; ++y) {
    std::fill(row.begin(), row.end(), 0.0F);
    for (int sub = 0; sub < kSubRows; ++sub) {
      const float level = static_cast<float>(y) - 0.5F + (static_cast<float>(sub) + 0.5F) / kSubRows;
      crossings.clear();
      for (std::size_t i = 0; i < points.size(); ++i) {
        const auto a = points[i];
        const auto b = points[(i + 1) % points.size()];
        if ((a.y <= level) == (b.y <= level)) continue;
        crossings.push_back(a.x + (level - a.y) / (b.y - a.y) * (b.x - a.x));
      }
      std::sort(crossings.begin(), crossings.end());
      for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        const int x0 = detail::canvas::clamped_index(std::floor(crossings[i]), width);
        const int x1 = detail::canvas::clamped_index(std::ceil(crossings[i + 1]) + 1, width);
        for (int x = x0; x < x1; ++x) {
          row[static_cast<std::size_t>(x)] += detail::canvas::overlap(static_cast<float>(x), crossings[i], crossings[i + 1]) / kSubRows;
        }
      }
    }
    for (int x = 0; x < width; ++x) detail::canvas::blend(image_->at(x, y), color, std::min(1.0F, row[static_cast<std::size_t>(x)]));
  }
}

FACEPTOR_INLINE void Canvas::paste(const Image& picture, int x, int y) {
  const auto first_row = std::max<std::int64_t>(0, -static_cast<std::int64_t>(y));
  const auto last_row = std::min<std::int64_t>(picture.height(), static_cast<std::int64_t>(image_->height()) - y);
  const auto first_column = std::max<std::int64_t>(0, -static_cast<std::int64_t>(x));
  const auto last_column = std::min<std::int64_t>(picture.width(), static_cast<std::int64_t>(image_->width()) - x);
  if (first_column >= last_column) return;
  for (auto row = first_row; row < last_row; ++row) {
    const auto* from = picture.at(static_cast<int>(first_column), static_cast<int>(row));
    std::copy_n(from, (last_column - first_column) * 3, image_->at(static_cast<int>(first_column + x), static_cast<int>(row + y)));
  }
}

}  // namespace faceptor
