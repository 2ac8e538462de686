#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/geometry/remap.hpp>

/// The inner loops of sampling, shared by `remap`, `extract` and `map_back`.
namespace faceptor::detail {

/// Half to even, without a call: beyond 2^52 a double has no fraction, so adding and taking away rounds in the mode of the machine.
inline double round_half_even(double value) {
  constexpr double kShift = 6755399441055744.0;
  return (value + kShift) - kShift;
}

/// The pixel left of and above a place, and how far beyond it the place lies.
struct BilinearTaps {
  int x;
  int y;
  float fx;
  float fy;
};

inline int floor_to_int(float value) {
  const int truncated = static_cast<int>(value);
  return truncated - (value < static_cast<float>(truncated) ? 1 : 0);
}

/// Whether any of the four neighbours lies inside; false for what is not a number.
template <bool Q32>
inline bool bilinear_taps(float x, float y, int width, int height, BilinearTaps& taps) {
  if (!(x > -1 && y > -1 && x < static_cast<float>(width) && y < static_cast<float>(height))) return false;
  if constexpr (Q32) {
    const int xi = static_cast<int>(round_half_even(x * 32.0)), yi = static_cast<int>(round_half_even(y * 32.0));
    taps = {xi >> 5, yi >> 5, static_cast<float>(xi & 31) / 32, static_cast<float>(yi & 31) / 32};
  } else {
    const int xi = floor_to_int(x), yi = floor_to_int(y);
    taps = {xi, yi, x - static_cast<float>(xi), y - static_cast<float>(yi)};
  }
  return true;
}

/// A picture of interleaved channels, borrowed.
template <typename T>
struct Raster {
  const T* data;
  int width;
  int height;
  std::ptrdiff_t channels;

  const T* at(int x, int y) const { return data + (static_cast<std::ptrdiff_t>(y) * width + x) * channels; }
};

/// One place of a picture, `Channels` numbers (or as many as the raster has, for 0).
template <int Channels, bool Q32, typename T>
inline void sample_bilinear(const Raster<T>& source, float x, float y, float* out) {
  const std::ptrdiff_t channels = Channels > 0 ? Channels : source.channels;
  BilinearTaps t;
  if (!bilinear_taps<Q32>(x, y, source.width, source.height, t)) {
    for (std::ptrdiff_t c = 0; c < channels; ++c) out[c] = 0;
    return;
  }
  const float w11 = t.fx * t.fy, w01 = t.fx - w11, w10 = t.fy - w11, w00 = 1 - t.fx - w10;
  if (t.x >= 0 && t.y >= 0 && t.x + 1 < source.width && t.y + 1 < source.height) {
    const T* top = source.at(t.x, t.y);
    const T* bottom = top + source.width * channels;
    for (std::ptrdiff_t c = 0; c < channels; ++c) {
      out[c] = w00 * static_cast<float>(top[c]) + w01 * static_cast<float>(top[c + channels]) + w10 * static_cast<float>(bottom[c]) +
               w11 * static_cast<float>(bottom[c + channels]);
    }
    return;
  }
  for (std::ptrdiff_t c = 0; c < channels; ++c) out[c] = 0;
  const float weights[4] = {w00, w01, w10, w11};
  for (int k = 0; k < 4; ++k) {
    const int px = t.x + (k & 1), py = t.y + (k >> 1);
    if (px < 0 || py < 0 || px >= source.width || py >= source.height) continue;
    const T* pixel = source.at(px, py);
    for (std::ptrdiff_t c = 0; c < channels; ++c) out[c] += weights[k] * static_cast<float>(pixel[c]);
  }
}

/// The nearest pixel of a picture, or null outside.
template <typename T>
inline const T* sample_nearest(const Raster<T>& source, float x, float y) {
  if (!(x > -1 && y > -1 && x < static_cast<float>(source.width) && y < static_cast<float>(source.height))) return nullptr;
  const int px = static_cast<int>(round_half_even(x)), py = static_cast<int>(round_half_even(y));
  if (px < 0 || py < 0 || px >= source.width || py >= source.height) return nullptr;
  return source.at(px, py);
}

}  // namespace faceptor::detail
