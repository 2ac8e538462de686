#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/parameters.hpp>
#include <faceptor/transforms/resize.hpp>
#include <faceptor/geometry/similarity.hpp>

namespace faceptor::data::transforms {
namespace detail {

inline constexpr int kLargestCropSide = 8192;

FACEPTOR_INLINE const char* filter_name(Filter filter) {
  switch (filter) {
    case Filter::bilinear: return "bilinear";
    case Filter::bicubic: return "bicubic";
    case Filter::opencv_linear: return "opencv_linear";
  }
  return "bilinear";
}

FACEPTOR_INLINE void check_sides(std::string_view step, int width, int height) {
  data::detail::check_parameter(step, "width", width, 1, kLargestCropSide);
  data::detail::check_parameter(step, "height", height, 1, kLargestCropSide);
}

FACEPTOR_INLINE void resize_state(TransformState& state, Size size, Filter filter) {
  const Size old = state.size();
  if (old == size) return;
  state.replace(resize(state.bytes(), size.width, size.height, filter), resize_matrix(old, size));
}

FACEPTOR_INLINE Matrix shift_matrix(double x, double y) {
  Matrix out = Matrix::Identity();
  out(0, 2) = x;
  out(1, 2) = y;
  return out;
}

}  // namespace detail

FACEPTOR_INLINE void Resize::check() const { detail::check_sides(kName, width, height); }

FACEPTOR_INLINE nlohmann::json Resize::describe() const {
  return {{"width", width}, {"height", height}, {"filter", detail::filter_name(filter)}};
}

FACEPTOR_INLINE void Resize::apply(TransformState& state) const { detail::resize_state(state, {width, height}, filter); }

FACEPTOR_INLINE Image cut(const Image& image, const Region& region) {
  if (region.empty() || region.x < 0 || region.y < 0 || region.width > image.width() - region.x ||
      region.height > image.height() - region.y) {
    throw Error(ErrorCode::argument, "data: a region to cut out is empty or leaves the picture")
        .expected("within " + std::to_string(image.width()) + "x" + std::to_string(image.height()))
        .found(std::to_string(region.width) + "x" + std::to_string(region.height) + " at " + std::to_string(region.x) + ", " +
               std::to_string(region.y));
  }
  Image out(region.width, region.height);
  for (int y = 0; y < region.height; ++y) {
    std::copy_n(image.at(region.x, region.y + y), static_cast<std::size_t>(region.width) * 3, out.at(0, y));
  }
  return out;
}

FACEPTOR_INLINE std::optional<int> roaming_square(Size size) {
  const double side = std::nearbyint(std::sqrt(static_cast<double>(size.width) * size.height));
  if (side < 1 || side > size.width || side > size.height) return std::nullopt;
  return static_cast<int>(side);
}

FACEPTOR_INLINE Region central_square(Size size) {
  const int side = std::min(size.width, size.height);
  return {(size.width - side) / 2, (size.height - side) / 2, side, side};
}

FACEPTOR_INLINE nlohmann::json SquareCrop::describe() const { return nlohmann::json::object(); }

FACEPTOR_INLINE void SquareCrop::apply(TransformState& state) const {
  const Size size = state.size();
  Region region = central_square(size);
  if (const auto side = roaming_square(size)) {
    region.y = static_cast<int>(state.random.integer(0, size.height - *side));
    region.x = static_cast<int>(state.random.integer(0, size.width - *side));
    region.width = region.height = *side;
  }
  if (size == Size{region.width, region.height}) return;
  state.replace(cut(state.bytes(), region), detail::shift_matrix(-region.x, -region.y));
}

FACEPTOR_INLINE void ShortSide::check() const { data::detail::check_parameter(kName, "side", side, 1, detail::kLargestCropSide); }

FACEPTOR_INLINE nlohmann::json ShortSide::describe() const { return {{"side", side}, {"filter", detail::filter_name(filter)}}; }

FACEPTOR_INLINE void ShortSide::apply(TransformState& state) const {
  const auto [width, height] = state.size();
  if (width == side) return;
  const int shorter = std::min(width, height);
  const auto scaled = [&](int length) {
    // A strip of a picture must not become one that fills the memory.
    return static_cast<int>(std::min<std::int64_t>(std::int64_t{length} * side / shorter, detail::kLargestCropSide));
  };
  detail::resize_state(state, {scaled(width), scaled(height)}, filter);
}

FACEPTOR_INLINE void StretchCorners::check() const { detail::check_sides(kName, width, height); }

FACEPTOR_INLINE nlohmann::json StretchCorners::describe() const { return {{"width", width}, {"height", height}}; }

FACEPTOR_INLINE void StretchCorners::apply(TransformState& state) const {
  const Size size{width, height};
  state.aim_further(resize_matrix(state.target(), size, ResizeRule::corners), size);
}

}  // namespace faceptor::data::transforms
