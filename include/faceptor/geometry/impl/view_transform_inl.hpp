#pragma once

#include <algorithm>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/impl/warp_inl.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/geometry/warp.hpp>
#include <string>

namespace faceptor {
namespace detail {

/// The pixels of a picture that lie within a rectangle of places, ends included.
FACEPTOR_INLINE Region pixels_within(double x0, double y0, double x1, double y1, Size picture) {
  // Clamped before they become integers: a crop may reach any distance beyond the picture.
  const double left = std::clamp(std::ceil(x0), 0.0, static_cast<double>(picture.width));
  const double top = std::clamp(std::ceil(y0), 0.0, static_cast<double>(picture.height));
  const double right = std::clamp(std::floor(x1) + 1, left, static_cast<double>(picture.width));
  const double bottom = std::clamp(std::floor(y1) + 1, top, static_cast<double>(picture.height));
  Region region{static_cast<int>(left), static_cast<int>(top), static_cast<int>(right - left), static_cast<int>(bottom - top)};
  return region.empty() ? Region{} : region;
}

/// The same for the image of a rectangle under an affine matrix.
FACEPTOR_INLINE Region pixels_within_image(const Matrix& matrix, double x0, double y0, double x1, double y1, Size picture) {
  double low[2], high[2];
  for (int axis = 0; axis < 2; ++axis) {
    const double a = matrix(axis, 0), b = matrix(axis, 1), c = matrix(axis, 2);
    low[axis] = std::min(a * x0, a * x1) + std::min(b * y0, b * y1) + c;
    high[axis] = std::max(a * x0, a * x1) + std::max(b * y0, b * y1) + c;
  }
  return pixels_within(low[0], low[1], high[0], high[1], picture);
}

FACEPTOR_INLINE Matrix photo_to_view(const View& view, Size photo, const Box* box, const FivePoints* points) {
  const auto absent = [&view](const char* what, const char* hint) {
    return Error(ErrorCode::argument, std::string("view: ") + what + " needed, but not given").where(view.name()).hint(hint);
  };
  if (view.needs_points()) {
    if (points == nullptr) throw absent("a face's five points are", "five_points_from_box() guesses them from the box of an upright face");
    return align_matrix(*points, view.align_template(), view.size(), view.scale());
  }
  if (view.needs_box() && box == nullptr) throw absent("a face's box is", "detect the face first, or use a view of the whole photo");
  const Matrix m = view.needs_box() ? crop_matrix(*box, view.size()) : resize_matrix(photo, view.size());
  return similarity_about_center({.scale = view.scale()}, view.size(), view.size()) * m;
}

}  // namespace detail

FACEPTOR_INLINE ViewTransform ViewTransform::of(const View& view, int photo_width, int photo_height, const Box* box,
                                                const FivePoints* points) {
  view.check();
  const Size photo{photo_width, photo_height};
  detail::check_size(photo, "the photo");
  return ViewTransform(detail::photo_to_view(view, photo, box, points), photo, view.size(), view.warp());
}

FACEPTOR_INLINE ViewTransform::ViewTransform(const Matrix& photo_to_view, Size photo, Size view, float warp)
    : matrix_(photo_to_view), inverse_(inverted(photo_to_view)), photo_(photo), view_(view), warp_(warp) {
  detail::check_size(photo, "the photo");
  detail::check_size(view, "the view");
  detail::check_warp_factor(warp);
}

FACEPTOR_INLINE Points ViewTransform::to_view(std::span<const Point> points) const { return photo_to_crop(points, matrix_, view_, warp_); }

FACEPTOR_INLINE Points ViewTransform::to_photo(std::span<const Point> points) const { return crop_to_photo(points, matrix_, view_, warp_); }

FACEPTOR_INLINE Region ViewTransform::footprint() const {
  // tanh never leaves the crop, so that each photo pixel has a place in it.
  if (warp_ > 0) return {0, 0, photo_.width, photo_.height};
  return detail::pixels_within_image(inverse_, -1, -1, view_.width, view_.height, photo_);
}

}  // namespace faceptor
