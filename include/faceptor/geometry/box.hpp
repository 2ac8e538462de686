#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>

namespace faceptor {

/// A rectangle in a photo, by its edges.
///
/// The edges lie in the coordinates of points, where whole numbers are pixel centres: the box around a whole photo goes from
/// (-0.5, -0.5) to (width - 0.5, height - 0.5), and a box around the pixels 10 to 19 from 9.5 to 19.5.
struct Box {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;

  float width() const noexcept { return x1 - x0; }
  float height() const noexcept { return y1 - y0; }
  /// 0 for a box that is turned inside out.
  float area() const noexcept;
  Point center() const noexcept { return {0.5F * (x0 + x1), 0.5F * (y0 + y1)}; }
  /// Whether every edge is a number and both sides are longer than 0.
  bool valid() const noexcept;

  /// The box with the same centre and sides `factor` times as long.
  Box scaled(float factor) const noexcept;
  /// The square with the same centre, whose side is the longer one of this box.
  Box squared() const noexcept;

  /// The box around a whole photo.
  static Box whole(int width, int height) noexcept;
  /// The smallest box that holds all points. @throws Error(argument) without points, or with one that is not a number.
  static Box around(std::span<const Point> points);

  friend bool operator==(const Box&, const Box&) = default;
};

/// The area two boxes share over the area they cover together: 0 (apart) to 1 (equal). 0 when either is empty.
float intersection_over_union(const Box& a, const Box& b) noexcept;

/// Where eyes, nose tip and mouth corners usually lie in the box of an upright, frontal face.
///
/// A guess for detectors that give boxes only; a landmark model finds the points far better. The box is meant as detectors of frontal
/// faces draw it: a square from the brows to the chin. The constants are the medians, made symmetric, of such a detector's boxes (dlib's)
/// against the pupils, nose tip and mouth corners of the 762 training photos (no renders) of the corpus behind the demonstration weights,
/// whose faces lean less than 10 degrees. On those photos the guess is off by a median of 0.12 to 0.14 of the distance between the pupils.
/// `box_from_five_points` (geometry/similarity.hpp) is the way back.
/// @throws Error(argument)  for a box that is empty or not finite
FivePoints five_points_from_box(const Box& box);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/box_inl.hpp>
#endif
