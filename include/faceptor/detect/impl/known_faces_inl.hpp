#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/detect/known_faces.hpp>

namespace faceptor {
namespace detail {

/// How far points spread across the line that they lie along, over how far they spread along it: 0 (a line) to 1 (a round heap).
FACEPTOR_INLINE double roundness(const FivePoints& points) {
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (const auto& p : points) {
    x += p.x / 5.0;
    y += p.y / 5.0;
  }
  for (const auto& p : points) {
    xx += (p.x - x) * (p.x - x);
    xy += (p.x - x) * (p.y - y);
    yy += (p.y - y) * (p.y - y);
  }
  const double middle = 0.5 * (xx + yy), apart = std::hypot(0.5 * (xx - yy), xy);
  return middle + apart > 0 ? std::sqrt(std::max(0.0, middle - apart) / (middle + apart)) : 0;
}

}  // namespace detail

FACEPTOR_INLINE Detection face_by_points(const FivePoints& points) {
  const auto written = [&] {
    std::string text;
    for (const auto& p : points) text += fmt::format("{}[{}, {}]", text.empty() ? "" : ", ", p.x, p.y);
    return text;
  };
  if (!all_finite(points)) throw Error(ErrorCode::argument, "detect: a point of a face is not a number").found(written());
  // Even a full profile has its mouth's corners beside the line from its eyes to its nose.
  constexpr double kLine = 0.02;
  if (detail::roundness(points) < kLine) {
    throw Error(ErrorCode::argument, "detect: the five points of a face lie on one line")
        .expected("eyes, nose and corners of the mouth")
        .found(written());
  }
  const Box box = box_from_five_points(points);
  return {box, 1.0F, points};
}

FACEPTOR_INLINE FivePoints five_points_of(std::span<const Point> points) {
  FivePoints five;
  if (points.size() != five.size()) {
    throw Error(ErrorCode::argument, "detect: a face needs five points")
        .expected("left eye, right eye, nose tip, left and right corner of the mouth")
        .found(std::to_string(points.size()) + " points");
  }
  std::copy(points.begin(), points.end(), five.begin());
  return five;
}

FACEPTOR_INLINE Detection aligned_face(Size crop, AlignTemplate align_template) {
  auto face = face_by_points(align_target(align_template, crop));
  face.view_box = face.box;
  face.box = Box::whole(crop.width, crop.height);
  return face;
}

FACEPTOR_INLINE std::vector<Detection> AlignedCropDetector::detect(const Image& photo) const {
  if (photo.empty()) return {};
  return {aligned_face({photo.width(), photo.height()})};
}

}  // namespace faceptor
