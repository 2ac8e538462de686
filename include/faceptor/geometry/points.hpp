#pragma once

#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>

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
bool all_finite(std::span<const Point> points);

/// The points of a picture mirrored left to right: x' = width - 1 - x. Their order stays: swap what is left and right yourself.
Points mirrored(std::span<const Point> points, int width);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/points_inl.hpp>
#endif
