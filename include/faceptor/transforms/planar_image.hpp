#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::data {

/// A picture as three planes of floats, red, green, blue, each row by row: what a network takes.
struct PlanarImage {
  Size size;
  std::vector<float> values;  ///< 3 x height x width

  PlanarImage() = default;
  /// Black. @throws Error(argument) when a side is not positive
  explicit PlanarImage(Size extent);

  /// Pixels of a plane.
  std::size_t area() const noexcept { return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height); }
  std::span<float> plane(std::size_t channel) noexcept { return std::span(values).subspan(channel * area(), area()); }
  std::span<const float> plane(std::size_t channel) const noexcept { return std::span(values).subspan(channel * area(), area()); }
};

/// Colours c / 255, 0 to 1.
PlanarImage to_planes(const Image& image);
/// The nearest bytes: 255 c, rounded half up and clipped.
Image to_bytes(const PlanarImage& planes);
/// (c - mean) / std, channel by channel.
void normalise(PlanarImage& planes, const std::array<float, 3>& mean, const std::array<float, 3>& std);

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/planar_image.cpp>
#endif
