#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/transforms/impl/parameters.hpp>
#include <faceptor/transforms/resize.hpp>

namespace faceptor::transforms {
namespace {

inline constexpr int kLargestCropSide = 8192;

const char* filter_name(Filter filter) {
  switch (filter) {
    case Filter::bilinear: return "bilinear";
    case Filter::bicubic: return "bicubic";
    case Filter::opencv_linear: return "opencv_linear";
  }
  return "bilinear";
}

void check_sides(std::string_view step, int width, int height) {
  detail::check_parameter(step, "width", width, 1, kLargestCropSide);
  detail::check_parameter(step, "height", height, 1, kLargestCropSide);
}

void resize_state(TransformState& state, Size size, Filter filter) {
  const Size old = state.size();
  if (old == size) return;
  state.replace(resize(state.bytes(), size.width, size.height, filter), resize_matrix(old, size));
}

Matrix shift_matrix(double x, double y) {
  Matrix out = Matrix::Identity();
  out(0, 2) = x;
  out(1, 2) = y;
  return out;
}

}  // namespace

void Resize::check() const { check_sides(kName, width, height); }

nlohmann::json Resize::describe() const { return {{"width", width}, {"height", height}, {"filter", filter_name(filter)}}; }

void Resize::apply(TransformState& state) const { resize_state(state, {width, height}, filter); }

Image cut(const Image& image, const Region& region) {
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

std::optional<int> roaming_square(Size size) {
  const double side = std::nearbyint(std::sqrt(static_cast<double>(size.width) * size.height));
  if (side < 1 || side > size.width || side > size.height) return std::nullopt;
  return static_cast<int>(side);
}

Region central_square(Size size) {
  const int side = std::min(size.width, size.height);
  return {(size.width - side) / 2, (size.height - side) / 2, side, side};
}

nlohmann::json SquareCrop::describe() const { return nlohmann::json::object(); }

void SquareCrop::apply(TransformState& state) const {
  const Size size = state.size();
  Region region = central_square(size);
  if (const auto side = roaming_square(size)) {
    region.y = static_cast<int>(state.random.integer(0, size.height - *side));
    region.x = static_cast<int>(state.random.integer(0, size.width - *side));
    region.width = region.height = *side;
  }
  if (size == Size{region.width, region.height}) return;
  state.replace(cut(state.bytes(), region), shift_matrix(-region.x, -region.y));
}

void ShortSide::check() const { detail::check_parameter(kName, "side", side, 1, kLargestCropSide); }

nlohmann::json ShortSide::describe() const { return {{"side", side}, {"filter", filter_name(filter)}}; }

void ShortSide::apply(TransformState& state) const {
  const auto [width, height] = state.size();
  if (width == side) return;
  const int shorter = std::min(width, height);
  const auto scaled = [&](int length) {
    // A strip of a picture must not become one that fills the memory.
    return static_cast<int>(std::min<std::int64_t>(std::int64_t{length} * side / shorter, kLargestCropSide));
  };
  resize_state(state, {scaled(width), scaled(height)}, filter);
}

void StretchCorners::check() const { check_sides(kName, width, height); }

nlohmann::json StretchCorners::describe() const { return {{"width", width}, {"height", height}}; }

void StretchCorners::apply(TransformState& state) const {
  const Size size{width, height};
  state.aim_further(resize_matrix(state.target(), size, ResizeRule::corners), size);
}

}  // namespace faceptor::transforms
