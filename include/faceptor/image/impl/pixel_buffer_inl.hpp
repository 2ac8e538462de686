#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/image/pixel_buffer.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE void check_pixel_buffer(const PixelBuffer& buffer) {
  constexpr int kLongestSide = 65535;
  const auto sides = std::to_string(buffer.width) + "x" + std::to_string(buffer.height);
  if (buffer.pixels == nullptr) throw Error(ErrorCode::argument, "image: a buffer has no memory").where(sides + " pixels");
  if (buffer.width < 1 || buffer.height < 1 || buffer.width > kLongestSide || buffer.height > kLongestSide) {
    throw Error(ErrorCode::argument, "image: the sides of a buffer are out of range").expected("1 to 65535 pixels").found(sides);
  }
  const std::ptrdiff_t row = std::ptrdiff_t{buffer.width} * bytes_per_pixel(buffer.format);
  if (buffer.stride != 0 && std::abs(buffer.stride) < row) {
    throw Error(ErrorCode::argument, "image: the stride of a buffer is shorter than a row")
        .expected("0, or at least " + std::to_string(row) + " bytes")
        .found(std::to_string(buffer.stride))
        .hint("the stride is counted in bytes, not in pixels");
  }
}

}  // namespace detail

FACEPTOR_INLINE int bytes_per_pixel(PixelFormat format) noexcept {
  switch (format) {
    case PixelFormat::rgba:
    case PixelFormat::bgra: return 4;
    case PixelFormat::grey: return 1;
    default: return 3;
  }
}

FACEPTOR_INLINE Image to_image(const PixelBuffer& buffer) {
  detail::check_pixel_buffer(buffer);
  const int step = bytes_per_pixel(buffer.format);
  const auto stride = buffer.stride != 0 ? buffer.stride : std::ptrdiff_t{buffer.width} * step;
  const bool grey = buffer.format == PixelFormat::grey;
  const bool swapped = buffer.format == PixelFormat::bgr || buffer.format == PixelFormat::bgra;
  const int red = swapped ? 2 : 0, green = grey ? 0 : 1, blue = grey || swapped ? 0 : 2;
  Image image(buffer.width, buffer.height);
  for (int y = 0; y < buffer.height; ++y) {
    const std::uint8_t* from = buffer.pixels + y * stride;
    std::uint8_t* to = image.at(0, y);
    if (buffer.format == PixelFormat::rgb) {
      std::copy_n(from, std::ptrdiff_t{3} * buffer.width, to);
      continue;
    }
    for (int x = 0; x < buffer.width; ++x, from += step, to += 3) {
      to[0] = from[red];
      to[1] = from[green];
      to[2] = from[blue];
    }
  }
  return image;
}

FACEPTOR_INLINE Image image_over(const PixelBuffer& buffer) {
  const auto row = std::ptrdiff_t{3} * buffer.width;
  if (buffer.format != PixelFormat::rgb || (buffer.stride != 0 && buffer.stride != row)) return to_image(buffer);
  detail::check_pixel_buffer(buffer);
  return Image::over(buffer.width, buffer.height, {buffer.pixels, static_cast<std::size_t>(row * buffer.height)});
}

}  // namespace faceptor
