#pragma once

#include <functional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>

/// Curves as dense lines of points: smooth lines through given points, strokes with a width, places at equal distances.
namespace faceptor::synthetic {

/// A smooth line through all points (Catmull and Rom), `steps` pieces between two of them.
Points spline(std::span<const Point> points, int steps = 8);
/// The same, closed: the last point leads back to the first, which isn't repeated.
Points closed_spline(std::span<const Point> points, int steps = 8);

/// `count` points at equal distances along a line, both ends included.
Points resampled(std::span<const Point> line, int count);

/// The outline of a brush stroke along a line.
/// @param width  the full width in pixels at the part t of the way, 0 to 1
Points stroke(std::span<const Point> line, const std::function<float(float)>& width);

/// An ellipse with the half axes `a` (along `angle` radians, clockwise on screen) and `b`.
Points ellipse(Point center, float a, float b, float angle = 0, int count = 48);

/// Whether a point lies inside a closed outline (even-odd).
bool inside(std::span<const Point> outline, Point point) noexcept;

/// Calls `visit(y, first, last)` for each row of pixels whose centres lie inside the outline: columns first to last, both included.
void scan(std::span<const Point> outline, Size picture, const std::function<void(int, int, int)>& visit);

}  // namespace faceptor::synthetic
