#pragma once

#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/detectors/area_resample.hpp>

namespace faceptor::detectors {
namespace detail {

struct Covered {
  int begin = 0, end = 0;
};

/// The pixels that each of `count` pixels covers along one axis.
FACEPTOR_INLINE std::vector<Covered> covered_pixels(int size, int count) {
  std::vector<Covered> pixels(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    pixels[static_cast<std::size_t>(i)] = {static_cast<int>(i * size / count), static_cast<int>(((i + 1) * size + count - 1) / count)};
  }
  return pixels;
}

/// Rows are added up first, whole rows at a time, which compilers turn into vector code.
/// @tparam ColumnSum  what holds the sum of a bin's rows
/// @tparam Sum        what holds the sum of a bin
template <class ColumnSum, class Sum, class T>
void area_resample(const PixelRows<T>& from, const std::vector<Covered>& columns, const std::vector<Covered>& rows, float* planes) {
  const auto values = static_cast<std::size_t>(from.width) * 3;
  const auto plane = columns.size() * rows.size();
  std::vector<ColumnSum> sums(values);
  for (std::size_t y = 0; y < rows.size(); ++y) {
    const auto [top, bottom] = rows[y];
    const T* row = from.first + top * from.stride;
    for (std::size_t i = 0; i < values; ++i) sums[i] = row[i];
    for (int k = top + 1; k < bottom; ++k) {
      row += from.stride;
      for (std::size_t i = 0; i < values; ++i) sums[i] = static_cast<ColumnSum>(sums[i] + row[i]);
    }
    float* out = planes + y * columns.size();
    for (std::size_t x = 0; x < columns.size(); ++x) {
      const auto [left, right] = columns[x];
      Sum red = 0, green = 0, blue = 0;
      const ColumnSum* sum = sums.data() + static_cast<std::size_t>(left) * 3;
      for (int k = left; k < right; ++k, sum += 3) {
        red += sum[0];
        green += sum[1];
        blue += sum[2];
      }
      const auto high = static_cast<float>(bottom - top), wide = static_cast<float>(right - left);
      out[x] = static_cast<float>(red) / high / wide;
      out[x + plane] = static_cast<float>(green) / high / wide;
      out[x + 2 * plane] = static_cast<float>(blue) / high / wide;
    }
  }
}

template <class T>
void check_and_resample(const PixelRows<T>& from, int width, int height, float* planes) {
  if (from.width <= 0 || from.height <= 0 || width <= 0 || height <= 0) {
    throw Error(ErrorCode::argument, "detect: a picture without pixels can't be resampled")
        .found(fmt::format("{}x{} to {}x{}", from.width, from.height, width, height));
  }
  const auto columns = covered_pixels(from.width, width), rows = covered_pixels(from.height, height);
  if constexpr (std::is_same_v<T, float>) {
    return area_resample<float, float>(from, columns, rows, planes);
  } else {
    constexpr int kRowsIn16Bits = 65535 / 255 - 1;  // a bin may reach into a row more than its share
    if (from.height / height < kRowsIn16Bits - 1) return area_resample<std::uint16_t, std::uint32_t>(from, columns, rows, planes);
    area_resample<std::uint32_t, std::uint64_t>(from, columns, rows, planes);
  }
}

}  // namespace detail

FACEPTOR_INLINE void area_resample(const PixelRows<std::uint8_t>& from, int width, int height, float* planes) {
  detail::check_and_resample(from, width, height, planes);
}

FACEPTOR_INLINE void area_resample(const PixelRows<float>& from, int width, int height, float* planes) {
  detail::check_and_resample(from, width, height, planes);
}

}  // namespace faceptor::detectors
