#pragma once

#include <cstddef>
#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

/// The order of a pixel's bytes in somebody else's memory. The fourth of `rgba` and `bgra` is ignored: cameras leave it at any value.
enum class PixelFormat { rgb, bgr, rgba, bgra, grey };

/// Bytes of a pixel: 3, 4 or 1.
int bytes_per_pixel(PixelFormat format) noexcept;

/// A picture in somebody else's memory, as cameras, decoders and other libraries hold it; nothing is owned.
///
///     PixelBuffer frame{.pixels = data, .width = 640, .height = 480, .stride = 2560, .format = PixelFormat::bgra};
///     auto result = analyzer.analyze(to_image(frame));
struct PixelBuffer {
  const std::uint8_t* pixels = nullptr;  ///< the top-left pixel
  int width = 0;                         ///< pixels
  int height = 0;                        ///< pixels
  std::ptrdiff_t stride = 0;             ///< bytes from one row to the next; 0: rows without gaps; negative: the picture stands on its head
  PixelFormat format = PixelFormat::rgb;
};

/// The picture as the library takes it, copied row by row: a hundred times as fast as a face is found.
/// @throws Error(argument)  for no memory, sides below 1 or above 65535, or a stride that is shorter than a row
Image to_image(const PixelBuffer& buffer);

/// The same without a copy where the bytes lie as the library's do, RGB rows without gaps: the buffer must then stay as it is while the
/// picture, or a copy of it, is read. Of any other layout, a copy.
/// @throws Error(argument) as `to_image`
Image image_over(const PixelBuffer& buffer);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/pixel_buffer_inl.hpp>
#endif
