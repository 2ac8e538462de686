#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/image/resize.hpp>

namespace faceptor {
namespace detail {

/// One output pixel of a pass: `count` source pixels from `first` on, with weights of one in `kResizeOne`.
struct ResizeTap {
  int first = 0;
  int count = 0;
  std::size_t weights = 0;  ///< where in `ResizeTaps::weights` its weights begin
};

struct ResizeTaps {
  std::vector<ResizeTap> taps;
  std::vector<std::int32_t> weights;
};

/// Weights are fixed-point: 22 bits leave room for 8 bits of pixel and the cubic's overshoot in 32.
inline constexpr int kResizeBits = 22;
inline constexpr double kResizeOne = double{1 << kResizeBits};

FACEPTOR_INLINE double triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

/// Keys' cubic convolution, a = -1/2 (IEEE Trans. ASSP 29, 1981).
FACEPTOR_INLINE double keys_cubic(double x) {
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0;
  if (x < 2.0) return ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a;
  return 0.0;
}

/// The taps of one axis, the kernel stretched by the shrink factor and cut off at the borders.
FACEPTOR_INLINE ResizeTaps antialiased_taps(int old_size, int new_size, Filter filter) {
  const bool cubic = filter == Filter::bicubic;
  const double scale = static_cast<double>(old_size) / new_size;
  const double stretch = std::max(scale, 1.0);
  const double reach = (cubic ? 2.0 : 1.0) * stretch;
  ResizeTaps out;
  out.taps.reserve(static_cast<std::size_t>(new_size));
  std::vector<double> row;
  for (int i = 0; i < new_size; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(centre - reach + 0.5));
    const int end = std::min(old_size, static_cast<int>(centre + reach + 0.5));
    row.clear();
    double sum = 0.0;
    for (int j = first; j < end; ++j) {
      const double x = (j - centre + 0.5) / stretch;
      row.push_back(cubic ? keys_cubic(x) : triangle(x));
      sum += row.back();
    }
    out.taps.push_back({first, end - first, out.weights.size()});
    for (const double weight : row) out.weights.push_back(static_cast<std::int32_t>(std::lround(weight / sum * kResizeOne)));
  }
  return out;
}

FACEPTOR_INLINE std::uint8_t rounded_byte(std::int32_t sum) {
  const auto value = (sum + (1 << (kResizeBits - 1))) >> kResizeBits;
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

FACEPTOR_INLINE Image resize_rows(const Image& image, int width, Filter filter) {
  const auto axis = antialiased_taps(image.width(), width, filter);
  Image out(width, image.height());
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < width; ++x) {
      const auto& tap = axis.taps[static_cast<std::size_t>(x)];
      const auto* weight = axis.weights.data() + tap.weights;
      const auto* source = image.at(tap.first, y);
      std::array<std::int32_t, 3> sum{};
      for (int k = 0; k < tap.count; ++k, source += 3) {
        for (std::size_t c = 0; c < 3; ++c) sum[c] += weight[k] * source[c];
      }
      auto* target = out.at(x, y);
      for (std::size_t c = 0; c < 3; ++c) target[c] = rounded_byte(sum[c]);
    }
  }
  return out;
}

FACEPTOR_INLINE Image resize_columns(const Image& image, int height, Filter filter) {
  const auto axis = antialiased_taps(image.height(), height, filter);
  Image out(image.width(), height);
  const auto row_bytes = static_cast<std::size_t>(image.width()) * 3;
  std::vector<std::int32_t> sums(row_bytes);
  for (int y = 0; y < height; ++y) {
    const auto& tap = axis.taps[static_cast<std::size_t>(y)];
    std::fill(sums.begin(), sums.end(), 0);
    for (int k = 0; k < tap.count; ++k) {
      const auto* source = image.at(0, tap.first + k);
      const auto weight = axis.weights[tap.weights + static_cast<std::size_t>(k)];
      for (std::size_t i = 0; i < row_bytes; ++i) sums[i] += weight * source[i];
    }
    std::transform(sums.begin(), sums.end(), out.at(0, y), rounded_byte);
  }
  return out;
}

/// Two neighbours and the second one's weight of 2048, as OpenCV's 8-bit code has it.
struct LinearTap {
  int low = 0;
  int high = 0;
  std::array<int, 2> weights{};
};

FACEPTOR_INLINE std::vector<LinearTap> opencv_taps(int old_size, int new_size) {
  std::vector<LinearTap> taps;
  taps.reserve(static_cast<std::size_t>(new_size));
  const double scale = static_cast<double>(old_size) / new_size;
  for (int i = 0; i < new_size; ++i) {
    const auto position = static_cast<float>((i + 0.5) * scale - 0.5);
    const int low = static_cast<int>(std::floor(position));
    const float part = position - static_cast<float>(low);
    taps.push_back({std::clamp(low, 0, old_size - 1),
                    std::clamp(low + 1, 0, old_size - 1),
                    {static_cast<int>(std::lrint((1.0F - part) * 2048.0F)), static_cast<int>(std::lrint(part * 2048.0F))}});
  }
  return taps;
}

/// A row at its new width, in 1/128 of a grey level: OpenCV's 8-bit code drops the lower bits here; an exact sum is off by one in a tenth
/// of the values.
FACEPTOR_INLINE void widen_row(const std::uint8_t* source, const std::vector<LinearTap>& columns, std::int16_t* out) {
  for (const auto& column : columns) {
    const auto* left = source + static_cast<std::ptrdiff_t>(column.low) * 3;
    const auto* right = source + static_cast<std::ptrdiff_t>(column.high) * 3;
    for (std::size_t c = 0; c < 3; ++c) {
      *out++ = static_cast<std::int16_t>((left[c] * column.weights[0] + right[c] * column.weights[1]) >> 4);
    }
  }
}

/// Half of each side, where all that is dropped is zero: the mean of four pixels, halves rounded up.
FACEPTOR_INLINE Image halve(const Image& image) {
  Image out(image.width() / 2, image.height() / 2);
  const auto row_bytes = static_cast<std::size_t>(image.width()) * 3;
  std::vector<std::uint16_t> sums(row_bytes);
  for (int y = 0; y < out.height(); ++y) {
    const auto* top = image.at(0, 2 * y);
    const auto* bottom = top + row_bytes;
    for (std::size_t i = 0; i < row_bytes; ++i) sums[i] = static_cast<std::uint16_t>(top[i] + bottom[i] + 1);
    const auto* sum = sums.data();
    auto* target = out.at(0, y);
    for (int x = 0; x < out.width(); ++x, sum += 6, target += 3) {
      for (std::size_t c = 0; c < 3; ++c) target[c] = static_cast<std::uint8_t>((sum[c] + sum[c + 3]) >> 2);
    }
  }
  return out;
}

FACEPTOR_INLINE Image resize_opencv(const Image& image, int width, int height) {
  if (image.width() % 2 == 0 && image.height() % 2 == 0 && image.width() / 2 == width && image.height() / 2 == height) return halve(image);
  const auto columns = opencv_taps(image.width(), width);
  const auto rows = opencv_taps(image.height(), height);
  Image out(width, height);
  const auto row_values = static_cast<std::size_t>(width) * 3;
  std::vector<std::int16_t> top(row_values), bottom(row_values);
  int top_row = -1, bottom_row = -1;  // what the buffers hold: neighbouring rows of the output share rows when enlarging
  for (int y = 0; y < height; ++y) {
    const auto& row = rows[static_cast<std::size_t>(y)];
    if (row.low == bottom_row) {
      top.swap(bottom);
      std::swap(top_row, bottom_row);
    }
    if (row.low != top_row) widen_row(image.at(0, row.low), columns, top.data());
    if (row.high != bottom_row) widen_row(image.at(0, row.high), columns, bottom.data());
    top_row = row.low;
    bottom_row = row.high;
    const auto top_weight = static_cast<std::int16_t>(row.weights[0]), bottom_weight = static_cast<std::int16_t>(row.weights[1]);
    auto* target = out.at(0, y);
    for (std::size_t i = 0; i < row_values; ++i) {
      const int sum = ((top_weight * top[i]) >> 16) + ((bottom_weight * bottom[i]) >> 16);
      target[i] = static_cast<std::uint8_t>((sum + 2) >> 2);
    }
  }
  return out;
}

}  // namespace detail

FACEPTOR_INLINE Image resize(const Image& image, int width, int height, Filter filter) {
  if (width <= 0 || height <= 0 || image.empty()) {
    throw Error(ErrorCode::argument, "image: can't be resized")
        .expected("a picture and a size of at least 1x1")
        .found(std::to_string(image.width()) + "x" + std::to_string(image.height()) + " to " + std::to_string(width) + "x" +
               std::to_string(height));
  }
  if (image.width() == width && image.height() == height) return image;
  if (filter == Filter::opencv_linear) return detail::resize_opencv(image, width, height);
  // An axis that keeps its size is left alone, as PIL does; its taps would be single ones anyway.
  auto narrowed = image.width() == width ? image : detail::resize_rows(image, width, filter);
  return image.height() == height ? narrowed : detail::resize_columns(narrowed, height, filter);
}

}  // namespace faceptor
