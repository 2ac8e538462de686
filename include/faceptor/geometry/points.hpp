#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace faceptor {

/// A place in a picture, in pixels: x to the right, y down, the centre of the top-left pixel at (0, 0).
struct Point {
  float x = 0;
  float y = 0;

  friend bool operator==(const Point&, const Point&) = default;
};

using Points = std::vector<Point>;

/// The points that alignment needs, left and right as seen in the image: left eye, right eye, nose tip, left and right
/// corner of the mouth. The eyes are the pupils, or the middles of the eye corners.
using FivePoints = std::array<Point, 5>;

/// The extent of a picture or crop, in pixels.
struct Size {
  int width = 0;
  int height = 0;

  friend bool operator==(const Size&, const Size&) = default;
};

/// Whether every coordinate is a number.
inline bool all_finite(std::span<const Point> points) {
  return std::all_of(points.begin(), points.end(), [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

/// The points of a picture mirrored left to right: x' = width - 1 - x. Their order stays: swap what is left and right yourself.
inline Points mirrored(std::span<const Point> points, int width) {
  Points out(points.begin(), points.end());
  for (auto& p : out) p.x = static_cast<float>(width - 1) - p.x;
  return out;
}

}  // namespace faceptor
