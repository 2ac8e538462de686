#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/face_prior.hpp>

namespace faceptor {

FACEPTOR_INLINE FivePoints five_points_from_box(const Box& box) {
  if (!box.valid()) throw Error(ErrorCode::argument, "geometry: a face's box is empty or not finite");
  // In shares of the box's sides, from its top-left corner.
  static constexpr Point kUsual[5] = {{0.291F, 0.284F}, {0.709F, 0.284F}, {0.5F, 0.512F}, {0.3F, 0.71F}, {0.7F, 0.71F}};
  FivePoints points;
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = {box.x0 + kUsual[i].x * box.width(), box.y0 + kUsual[i].y * box.height()};
  return points;
}

}  // namespace faceptor
