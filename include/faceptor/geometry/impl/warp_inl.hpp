#pragma once

#include <algorithm>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/impl/similarity_inl.hpp>
#include <faceptor/geometry/warp.hpp>
#include <string>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE void check_warp_factor(double factor) {
  if (factor >= 0 && factor <= 1) return;
  throw Error(ErrorCode::argument, "geometry: a tanh warp's factor is out of range").expected("0 to 1").found(std::to_string(factor));
}

/// The reference clamps to 0.999 in single precision; artanh is so steep there that the last bit moves a pixel of a 512 crop by 0.002.
FACEPTOR_INLINE double clamped_for_artanh(double a) { return std::clamp(a, -static_cast<double>(0.999F), static_cast<double>(0.999F)); }

/// A pixel position of the warped crop to one of the aligned crop, one axis.
FACEPTOR_INLINE double unwarp_position(double p, int size, double factor) {
  return factor > 0 ? (unwarp_axis(p * 2 / size - 1, factor) + 1) / 2 * size : p;
}

FACEPTOR_INLINE double warp_position(double p, int size, double factor) {
  return factor > 0 ? (warp_axis(p * 2 / size - 1, factor) + 1) / 2 * size : p;
}

/// The aligned position of each column, or row, of the crop: the warp acts on each axis by itself.
FACEPTOR_INLINE std::vector<double> unwarped_positions(int size, double factor) {
  std::vector<double> positions(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) positions[static_cast<std::size_t>(i)] = unwarp_position(i, size, factor);
  return positions;
}

}  // namespace detail

FACEPTOR_INLINE double unwarp_axis(double n, double factor) {
  if (n > 1 - factor) return std::atanh(detail::clamped_for_artanh((n - 1 + factor) / factor)) * factor + 1 - factor;
  if (n < factor - 1) return std::atanh(detail::clamped_for_artanh((n + 1 - factor) / factor)) * factor - 1 + factor;
  return n;
}

FACEPTOR_INLINE double warp_axis(double n, double factor) {
  if (n > 1 - factor) return std::tanh((n - 1 + factor) / factor) * factor + 1 - factor;
  if (n < factor - 1) return std::tanh((n + 1 - factor) / factor) * factor - 1 + factor;
  return n;
}

FACEPTOR_INLINE Points crop_to_photo(std::span<const Point> points, const Matrix& matrix, Size crop, double factor) {
  detail::check_size(crop, "a crop");
  detail::check_warp_factor(factor);
  const Matrix inverse = inverted(matrix);
  Points out;
  out.reserve(points.size());
  for (const auto& p : points) {
    const double x = detail::unwarp_position(p.x, crop.width, factor), y = detail::unwarp_position(p.y, crop.height, factor);
    out.push_back({static_cast<float>(inverse(0, 0) * x + inverse(0, 1) * y + inverse(0, 2)),
                   static_cast<float>(inverse(1, 0) * x + inverse(1, 1) * y + inverse(1, 2))});
  }
  return out;
}

FACEPTOR_INLINE Points photo_to_crop(std::span<const Point> points, const Matrix& matrix, Size crop, double factor) {
  detail::check_size(crop, "a crop");
  detail::check_warp_factor(factor);
  inverted(matrix);
  Points out;
  out.reserve(points.size());
  for (const auto& p : points) {
    const double x = matrix(0, 0) * p.x + matrix(0, 1) * p.y + matrix(0, 2);
    const double y = matrix(1, 0) * p.x + matrix(1, 1) * p.y + matrix(1, 2);
    out.push_back({static_cast<float>(detail::warp_position(x, crop.width, factor)),
                   static_cast<float>(detail::warp_position(y, crop.height, factor))});
  }
  return out;
}

FACEPTOR_INLINE SamplingMap crop_sampling_map(const Matrix& matrix, Size crop, double factor) {
  detail::check_size(crop, "a crop");
  detail::check_warp_factor(factor);
  const Matrix inverse = inverted(matrix);
  const auto xs = detail::unwarped_positions(crop.width, factor), ys = detail::unwarped_positions(crop.height, factor);
  SamplingMap map{crop.width, crop.height, std::vector<float>(xs.size() * ys.size() * 2)};
  float* out = map.xy.data();
  for (const double y : ys) {
    const double row_x = inverse(0, 1) * y + inverse(0, 2), row_y = inverse(1, 1) * y + inverse(1, 2);
    for (const double x : xs) {
      *out++ = static_cast<float>(inverse(0, 0) * x + row_x);
      *out++ = static_cast<float>(inverse(1, 0) * x + row_y);
    }
  }
  return map;
}

FACEPTOR_INLINE SamplingMap photo_sampling_map(const Matrix& matrix, Size crop, double factor, Size photo) {
  detail::check_size(crop, "a crop");
  detail::check_size(photo, "a photo");
  detail::check_warp_factor(factor);
  inverted(matrix);
  SamplingMap map{photo.width, photo.height, {}};
  map.xy.resize(static_cast<std::size_t>(photo.width) * static_cast<std::size_t>(photo.height) * 2);
  float* out = map.xy.data();
  for (int y = 0; y < photo.height; ++y) {
    const double row_x = matrix(0, 1) * y + matrix(0, 2), row_y = matrix(1, 1) * y + matrix(1, 2);
    for (int x = 0; x < photo.width; ++x) {
      *out++ = static_cast<float>(detail::warp_position(matrix(0, 0) * x + row_x, crop.width, factor));
      *out++ = static_cast<float>(detail::warp_position(matrix(1, 0) * x + row_y, crop.height, factor));
    }
  }
  return map;
}

}  // namespace faceptor
