#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::transforms {

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

// What PIL does to 8-bit pictures, to the bit: the pieces of RandAugment.

/// Stretches each channel's range to 0..255.
void autocontrast(Image& image);
/// Flattens each channel's histogram.
void equalize(Image& image);
void invert(Image& image);
/// Keeps the top `bits` of each value, 0 (black) to 8.
void posterize(Image& image, int bits);
/// Inverts values from `threshold` on.
void solarize(Image& image, int threshold);
/// Adds to values below 128, up to 255.
void solarize_add(Image& image, int amount);

/// PIL's enhancers: a blend of a plain picture and this one, g + factor (x - g). 1 changes nothing, 0 gives the plain picture.
void enhance_color(Image& image, double factor);       ///< plain: the pixel's luma
void enhance_contrast(Image& image, double factor);    ///< plain: the mean luma, rounded
void enhance_brightness(Image& image, double factor);  ///< plain: black
void enhance_sharpness(Image& image, double factor);   ///< plain: smoothed over 3 x 3 pixels

/// Luma in 8 bits: (19595 R + 38470 G + 7471 B + 32768) >> 16.
std::uint8_t luma(const std::uint8_t* rgb) noexcept;

/// Samples another picture of the same size by PIL's bicubic (a = -1, truncated).
/// @param source  from a place of the new picture to one of the old, in edge coordinates: the top-left pixel's centre is (0.5, 0.5)
/// @param fill    what lies outside
Image affine_bicubic(const Image& image, const Matrix& source, std::uint8_t fill);

/// Matrices for it. Counter-clockwise about the middle of the picture; a shear; a shift in pixels.
Matrix rotation_source(double degrees, Size size);
Matrix shear_source(double x, double y);
Matrix translation_source(double x, double y);

}  // namespace faceptor::transforms
