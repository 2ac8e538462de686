#pragma once

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <string>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE Matrix affine(double xx, double xy, double x0, double yx, double yy, double y0) {
  Matrix m;
  m << xx, xy, x0, yx, yy, y0, 0, 0, 1;
  return m;
}

FACEPTOR_INLINE void check_size(Size size, const char* what) {
  if (size.width > 0 && size.height > 0) return;
  throw Error(ErrorCode::argument, std::string("geometry: ") + what + " has no pixels")
      .found(std::to_string(size.width) + "x" + std::to_string(size.height));
}

}  // namespace detail

FACEPTOR_INLINE Matrix fit_similarity(std::span<const Point> from, std::span<const Point> to) {
  if (from.size() != to.size() || from.size() < 2) {
    throw Error(ErrorCode::argument, "geometry: a similarity is fitted to pairs of points")
        .expected("the same number of points on both sides, at least 2")
        .found(std::to_string(from.size()) + " and " + std::to_string(to.size()));
  }
  if (!all_finite(from) || !all_finite(to)) throw Error(ErrorCode::argument, "geometry: a point to align by is not finite");

  const auto n = static_cast<double>(from.size());
  double from_x = 0, from_y = 0, to_x = 0, to_y = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    from_x += from[i].x / n;
    from_y += from[i].y / n;
    to_x += to[i].x / n;
    to_y += to[i].y / n;
  }
  // In two dimensions Umeyama's singular value decomposition comes down to these sums: with complex numbers, the best c R without a
  // mirror is sum(conj(p) t) / sum(|p|^2).
  double dot = 0, cross = 0, spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double px = from[i].x - from_x, py = from[i].y - from_y;
    const double tx = to[i].x - to_x, ty = to[i].y - to_y;
    dot += px * tx + py * ty;
    cross += px * ty - py * tx;
    spread += px * px + py * py;
  }
  const double a = dot / spread, b = cross / spread;
  if (!(spread > 0) || !std::isfinite(a) || !std::isfinite(b) || !(a * a + b * b > 1e-16)) {
    throw Error(ErrorCode::argument, "geometry: the points to align by lie in one place").hint("five distinct points of a face are needed");
  }
  return detail::affine(a, -b, to_x - (a * from_x - b * from_y), b, a, to_y - (b * from_x + a * from_y));
}

FACEPTOR_INLINE Box box_from_five_points(const FivePoints& points) {
  const Matrix face = fit_similarity(five_points_from_box({-0.5F, -0.5F, 0.5F, 0.5F}), points);
  const double half = 0.5 * std::hypot(face(0, 0), face(1, 0)), x = face(0, 2), y = face(1, 2);
  return {static_cast<float>(x - half), static_cast<float>(y - half), static_cast<float>(x + half), static_cast<float>(y + half)};
}

FACEPTOR_INLINE std::string_view to_string(AlignTemplate value) {
  return value == AlignTemplate::farl ? std::string_view("farl") : std::string_view("arcface");
}

FACEPTOR_INLINE FivePoints align_target(AlignTemplate align_template, Size crop, double face_scale, Point offset) {
  detail::check_size(crop, "the crop to align to");
  // FaRL's for 512 pixels, ArcFace's for 112. FaRL's stays in single precision up to the end, as in the reference: where the face is
  // unlike the template, the matrix feels the last bit of 360.4.
  static constexpr float kFarl[5][2] = {{196, 226}, {316, 226}, {256, 286}, {220, 360.4F}, {292, 360.4F}};
  static constexpr double kArcface[5][2] = {
      {38.2946, 51.6963}, {73.5318, 51.5014}, {56.0252, 71.7366}, {41.5493, 92.3655}, {70.7299, 92.2041}};
  const double width = crop.width, height = crop.height, side = std::min(width, height);
  FivePoints target;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (align_template == AlignTemplate::farl) {
      const auto scale = static_cast<float>(face_scale);
      target[i] = {((kFarl[i][0] / 256 - 1) * scale + 1) * static_cast<float>(crop.width - 1) / 2 + offset.x,
                   ((kFarl[i][1] / 256 - 1) * scale + 1) * static_cast<float>(crop.height - 1) / 2 + offset.y};
    } else {
      target[i] = {static_cast<float>((kArcface[i][0] - 55.5) * face_scale * side / 112 + (width - 1) / 2 + offset.x),
                   static_cast<float>((kArcface[i][1] - 55.5) * face_scale * side / 112 + (height - 1) / 2 + offset.y)};
    }
  }
  return target;
}

FACEPTOR_INLINE Matrix align_matrix(const FivePoints& points, AlignTemplate align_template, Size crop, double face_scale, Point offset) {
  return fit_similarity(points, align_target(align_template, crop, face_scale, offset));
}

FACEPTOR_INLINE Matrix crop_matrix(const Box& box, Size crop, BoxEdges edges) {
  detail::check_size(crop, "the crop of a box");
  if (!box.valid()) {
    throw Error(ErrorCode::argument, "geometry: a face's box is empty or not finite")
        .expected("x0 < x1 and y0 < y1")
        .found("(" + std::to_string(box.x0) + ", " + std::to_string(box.y0) + ") to (" + std::to_string(box.x1) + ", " +
               std::to_string(box.y1) + ")");
  }
  const double spare = edges == BoxEdges::centers ? 1 : 0;
  const double before = edges == BoxEdges::corners ? 0.5 : 0;
  const double after = edges == BoxEdges::centers ? 0 : 0.5;
  const double sx = (crop.width - spare) / (static_cast<double>(box.x1) - box.x0);
  const double sy = (crop.height - spare) / (static_cast<double>(box.y1) - box.y0);
  return detail::affine(sx, 0, -(box.x0 - before) * sx - after, 0, sy, -(box.y0 - before) * sy - after);
}

FACEPTOR_INLINE Matrix similarity_about_center(const SimilarityDraws& draws, Size source, Size target) {
  detail::check_size(source, "the source of a similarity");
  detail::check_size(target, "the target of a similarity");
  const double side = std::min(target.width, target.height);
  const double c = draws.scale * std::cos(draws.rotation), s = draws.scale * std::sin(draws.rotation);
  const double from_x = 0.5 * (source.width - 1), from_y = 0.5 * (source.height - 1);
  const double to_x = 0.5 * (target.width - 1) + draws.shift_x * side, to_y = 0.5 * (target.height - 1) + draws.shift_y * side;
  return detail::affine(c, -s, to_x - (c * from_x - s * from_y), s, c, to_y - (s * from_x + c * from_y));
}

FACEPTOR_INLINE Matrix flip_matrix(Size source, Size target) {
  Matrix m = similarity_about_center({}, source, target);
  m.row(0) = Eigen::RowVector3d(0, 0, target.width - 1) - m.row(0);
  return m;
}

FACEPTOR_INLINE Size turned_size(Size picture, int quarter_turns) {
  return quarter_turns % 2 == 0 ? picture : Size{picture.height, picture.width};
}

FACEPTOR_INLINE Matrix quarter_turn_matrix(Size picture, int quarter_turns) {
  detail::check_size(picture, "the picture to turn");
  const double right = picture.width - 1, bottom = picture.height - 1;
  switch (((quarter_turns % 4) + 4) % 4) {
    case 1: return detail::affine(0, 1, 0, -1, 0, right);
    case 2: return detail::affine(-1, 0, right, 0, -1, bottom);
    case 3: return detail::affine(0, -1, bottom, 1, 0, 0);
    default: return Matrix::Identity();
  }
}

FACEPTOR_INLINE Matrix resize_matrix(Size source, Size target, ResizeRule rule) {
  detail::check_size(source, "the picture to resize");
  detail::check_size(target, "the resized picture");
  if (rule == ResizeRule::edges) {
    const double sx = static_cast<double>(target.width) / source.width, sy = static_cast<double>(target.height) / source.height;
    return detail::affine(sx, 0, 0.5 * sx - 0.5, 0, sy, 0.5 * sy - 0.5);
  }
  // A side of one pixel has no two corners to bring together; its pixel goes to the first one.
  const double sx = (target.width - 1.0) / std::max(1, source.width - 1), sy = (target.height - 1.0) / std::max(1, source.height - 1);
  return detail::affine(sx, 0, 0, 0, sy, 0);
}

FACEPTOR_INLINE Matrix inverted(const Matrix& matrix) {
  const double determinant = matrix.determinant();
  if (!matrix.allFinite() || !std::isfinite(determinant) || !(std::abs(determinant) > 1e-16)) {
    throw Error(ErrorCode::argument, "geometry: the matrix from photo to crop can't be inverted");
  }
  const Matrix inverse = matrix.inverse();
  if (!inverse.allFinite()) throw Error(ErrorCode::argument, "geometry: the matrix from photo to crop can't be inverted");
  return inverse;
}

FACEPTOR_INLINE Points transformed(const Matrix& matrix, std::span<const Point> points) {
  Points out;
  out.reserve(points.size());
  for (const auto& p : points) {
    out.push_back({static_cast<float>(matrix(0, 0) * p.x + matrix(0, 1) * p.y + matrix(0, 2)),
                   static_cast<float>(matrix(1, 0) * p.x + matrix(1, 1) * p.y + matrix(1, 2))});
  }
  return out;
}

}  // namespace faceptor
