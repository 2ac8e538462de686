#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>

/// Where a sample's face lies, from whatever its data set says.
namespace faceptor::data::transforms {

/// The annotated box; else the square around landmark labels; else the square that the five points usually lie in
/// (`five_points_from_box` the other way, upright).
/// @throws Error(argument) when none of them is there, or what is there is degenerate
Box face_box(const Annotation& annotation);

/// The annotated points; else those of landmark labels, if there are five of them or as many as a published scheme has (19, 29, 68,
/// 98: give `points` where yours are others); else the guess from the box.
/// @throws Error(argument) when none of them is there, or what is there is degenerate
FivePoints face_points(const Annotation& annotation);

/// How the boxes of the detector that will be used differ from the data set's, so that training sees what use will show.
struct DetectorBox {
  double scale = 1;     ///< its side in sides of the annotated box
  double shift_x = 0;   ///< how far right its centre lies, in widths of the annotated box
  double shift_y = 0;   ///< how far down, in heights
  bool square = false;  ///< whether it is a square, of the longer side

  Box of(const Box& annotated) const;
  friend bool operator==(const DetectorBox&, const DetectorBox&) = default;
};

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/face_annotation.cpp>
#endif
