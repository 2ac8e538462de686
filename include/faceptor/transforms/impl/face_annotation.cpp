#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/face_annotation.hpp>
#include <faceptor/geometry/face_prior.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/results/landmark_schemes.hpp>

namespace faceptor::data::transforms {
namespace detail {

FACEPTOR_INLINE Box checked_box(const Box& box, const char* from) {
  if (box.valid()) return box;
  throw Error(ErrorCode::argument, std::string("data: the face's box, from ") + from + ", is empty or not finite");
}

FACEPTOR_INLINE Box box_around_five(const FivePoints& points) {
  // The box is taken to stand upright whatever the face does, as detectors draw it.
  const auto usual = five_points_from_box({0, 0, 1, 1});
  const Matrix m = fit_similarity(usual, points);
  const auto center = transformed(m, Points{{0.5F, 0.5F}});
  const auto half = static_cast<float>(0.5 * std::hypot(m(0, 0), m(1, 0)));
  return {center[0].x - half, center[0].y - half, center[0].x + half, center[0].y + half};
}

FACEPTOR_INLINE Error no_face_error(const char* what) {
  return Error(ErrorCode::argument, std::string("data: the sample says nothing of ") + what)
      .hint("its data set must give a box or five points, or the task look at the whole picture");
}

}  // namespace detail

FACEPTOR_INLINE Box face_box(const Annotation& annotation) {
  if (annotation.box) return detail::checked_box(*annotation.box, "its annotation");
  const auto* landmarks = std::get_if<LandmarkLabels>(&annotation.label);
  if (landmarks != nullptr && !landmarks->points.empty()) {
    return detail::checked_box(Box::around(landmarks->points).squared(), "its landmarks");
  }
  if (annotation.points) return detail::checked_box(detail::box_around_five(*annotation.points), "its five points");
  throw detail::no_face_error("its face's box");
}

FACEPTOR_INLINE FivePoints face_points(const Annotation& annotation) {
  if (annotation.points) return *annotation.points;
  if (const auto* landmarks = std::get_if<LandmarkLabels>(&annotation.label)) {
    FivePoints five;
    if (landmarks->points.size() == five.size()) {
      std::copy(landmarks->points.begin(), landmarks->points.end(), five.begin());
      return five;
    }
    const auto* scheme = results::find_landmark_scheme(std::to_string(landmarks->points.size()));
    if (scheme != nullptr) return results::five_points(*scheme, landmarks->points);
  }
  if (annotation.box) return five_points_from_box(detail::checked_box(*annotation.box, "its annotation"));
  throw detail::no_face_error("its face's five points");
}

FACEPTOR_INLINE Box DetectorBox::of(const Box& annotated) const {
  // Not through centre and sides, which would round: evaluation is to see the very bits of use.
  if (*this == DetectorBox{}) return annotated;
  const Box box = (square ? annotated.squared() : annotated).scaled(static_cast<float>(scale));
  const auto dx = static_cast<float>(shift_x) * annotated.width(), dy = static_cast<float>(shift_y) * annotated.height();
  return {box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy};
}

}  // namespace faceptor::data::transforms
