#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/geometry/remap.hpp>
#include <type_traits>

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

/// Three bytes in lanes of 21 bits, wide enough for a blend of four pixels in 1/1024.
inline std::uint64_t in_lanes(const std::uint8_t* pixel) {
  return pixel[0] | std::uint64_t{pixel[1]} << 21 | std::uint64_t{pixel[2]} << 42;
}

/// A place rounded to 1/32 pixel; false unless all four neighbours lie inside. All of it is whole numbers, so that this is the sum in
/// floats to the last bit, with three channels to a multiplication.
inline bool blend_q32(const Raster<std::uint8_t>& source, float x, float y, float* out) {
  if (!(x >= 0 && y >= 0 && x < static_cast<float>(source.width) && y < static_cast<float>(source.height))) return false;
  const int xi = static_cast<int>(round_half_even(x * 32.0)), yi = static_cast<int>(round_half_even(y * 32.0));
  if ((xi >> 5) + 1 >= source.width || (yi >> 5) + 1 >= source.height) return false;
  const std::uint8_t* top = source.at(xi >> 5, yi >> 5);
  const std::uint8_t* bottom = top + source.width * source.channels;
  const auto fx = static_cast<unsigned>(xi & 31), fy = static_cast<unsigned>(yi & 31);
  constexpr std::uint64_t kLane = (1U << 21) - 1;
  const std::uint64_t upper = in_lanes(top) * (32 - fx) + in_lanes(top + 3) * fx;
  const std::uint64_t lower = in_lanes(bottom) * (32 - fx) + in_lanes(bottom + 3) * fx;
  const std::uint64_t sum = upper * (32 - fy) + lower * fy;
  out[0] = static_cast<float>(static_cast<int>(sum & kLane)) / 1024;
  out[1] = static_cast<float>(static_cast<int>(sum >> 21 & kLane)) / 1024;
  out[2] = static_cast<float>(static_cast<int>(sum >> 42)) / 1024;
  return true;
}

/// One place of a picture, `Channels` numbers (or as many as the raster has, for 0).
template <int Channels, bool Q32, typename T>
inline void sample_bilinear(const Raster<T>& source, float x, float y, float* out) {
  const std::ptrdiff_t channels = Channels > 0 ? Channels : source.channels;
  if constexpr (Q32 && Channels == 3 && std::is_same_v<T, std::uint8_t>) {
    if (blend_q32(source, x, y, out)) return;
  }
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
