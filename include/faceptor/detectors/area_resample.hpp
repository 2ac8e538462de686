#pragma once

#include <cstddef>
#include <cstdint>

#include <faceptor/core/config.hpp>

/// Shrinking by the mean of what each pixel covers: LibTorch's `interpolate(mode="area")`, which is `adaptive_avg_pool2d`, but read from
/// interleaved bytes and many times as fast.
namespace faceptor::detectors {

/// A rectangle of a picture: rows of pixels of three values each.
template <class T>
struct PixelRows {
  const T* first = nullptr;   ///< the top-left pixel
  std::ptrdiff_t stride = 0;  ///< values from one row to the next
  int width = 0;              ///< pixels
  int height = 0;             ///< pixels
};

/// Pixel i of n takes the mean of the pixels floor(i * size / n) to ceil((i + 1) * size / n) - 1 along each axis: neighbours may share
/// some. A picture may be enlarged so, too.
/// @param planes  takes 3 x height x width means, in the values' own range
/// @throws Error(argument)  when a side is not positive
void area_resample(const PixelRows<std::uint8_t>& from, int width, int height, float* planes);
void area_resample(const PixelRows<float>& from, int width, int height, float* planes);

}  // namespace faceptor::detectors

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detectors/impl/area_resample_inl.hpp>
#endif
