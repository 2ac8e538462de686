#pragma once

#include <algorithm>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/geometry/impl/sampling_inl.hpp>
#include <faceptor/geometry/impl/view_transform_inl.hpp>
#include <faceptor/geometry/impl/warp_inl.hpp>
#include <faceptor/geometry/view_transform.hpp>

namespace faceptor {
namespace detail {

/// A part of a photo in blocks of pixels averaged to one; without blocks, the photo itself.
struct ReducedPhoto {
  Raster<std::uint8_t> raster;
  std::vector<std::uint8_t> pixels;
  double block_x = 1, block_y = 1;
  double x0 = 0, y0 = 0;
};

FACEPTOR_INLINE void average_blocks(const Image& photo, const Region& region, int block_x, int block_y, ReducedPhoto& out) {
  const int columns = (region.width + block_x - 1) / block_x, rows = (region.height + block_y - 1) / block_y;
  out.pixels.resize(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows) * 3);
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(columns) * 3);
  std::uint8_t* target = out.pixels.data();
  for (int row = 0; row < rows; ++row) {
    std::fill(sums.begin(), sums.end(), 0);
    const int top = row * block_y, bottom = std::min(top + block_y, region.height);
    for (int y = top; y < bottom; ++y) {
      const std::uint8_t* source = photo.at(region.x, region.y + y);
      for (int column = 0; column < columns; ++column) {
        const int count = std::min(block_x, region.width - column * block_x);
        std::uint32_t r = 0, g = 0, b = 0;
        for (int i = 0; i < count; ++i, source += 3) {
          r += source[0];
          g += source[1];
          b += source[2];
        }
        std::uint64_t* sum = sums.data() + static_cast<std::size_t>(column) * 3;
        sum[0] += r;
        sum[1] += g;
        sum[2] += b;
      }
    }
    for (int column = 0; column < columns; ++column) {
      const auto count =
          static_cast<std::uint64_t>(std::min(block_x, region.width - column * block_x)) * static_cast<std::uint64_t>(bottom - top);
      for (int c = 0; c < 3; ++c)
        *target++ = static_cast<std::uint8_t>((sums[static_cast<std::size_t>(column * 3 + c)] + count / 2) / count);
    }
  }
  out.raster = {out.pixels.data(), columns, rows, 3};
  out.block_x = block_x;
  out.block_y = block_y;
  out.x0 = region.x;
  out.y0 = region.y;
}

/// As many photo pixels to a block as one pixel of the crop's middle covers, along each axis of the photo.
FACEPTOR_INLINE ReducedPhoto reduce_photo(const Image& photo, const ViewTransform& transform, const std::vector<double>& xs,
                                          const std::vector<double>& ys, bool antialiased) {
  ReducedPhoto out;
  out.raster = {photo.pixels().data(), photo.width(), photo.height(), 3};
  if (!antialiased) return out;
  const Matrix& m = transform.inverse();
  const auto block = [](double covered, int side) {
    return static_cast<int>(std::clamp(std::round(covered), 1.0, static_cast<double>(side)));
  };
  const int block_x = block(std::hypot(m(0, 0), m(0, 1)), photo.width()), block_y = block(std::hypot(m(1, 0), m(1, 1)), photo.height());
  if (block_x == 1 && block_y == 1) return out;
  const Region region = pixels_within_image(m, xs.front() - 1, ys.front() - 1, xs.back() + 1, ys.back() + 1, transform.photo_size());
  if (region.empty()) return out;
  average_blocks(photo, region, block_x, block_y, out);
  return out;
}

/// Row by row: the places in the photo, then the colours there, scaled and written to the three planes.
template <typename Sample>
void extract_rows(const ViewTransform& transform, const std::vector<double>& xs, const std::vector<double>& ys, const ReducedPhoto& source,
                  const std::array<float, 3>& gain, const std::array<float, 3>& bias, float* chw, const Sample& sample) {
  const Matrix& m = transform.inverse();
  const std::size_t width = xs.size(), plane = xs.size() * ys.size();
  // Through the blocks: a place p of the photo is (p + 0.5 - start) / block - 0.5 among them.
  const double kx = 1 / source.block_x, ky = 1 / source.block_y;
  const double ox = (0.5 - source.x0) * kx - 0.5, oy = (0.5 - source.y0) * ky - 0.5;
  std::vector<float> places(width * 2);
  for (std::size_t row = 0; row < ys.size(); ++row) {
    const double row_x = (m(0, 1) * ys[row] + m(0, 2)) * kx + ox, row_y = (m(1, 1) * ys[row] + m(1, 2)) * ky + oy;
    const double step_x = m(0, 0) * kx, step_y = m(1, 0) * ky;
    for (std::size_t i = 0; i < width; ++i) {
      places[2 * i] = static_cast<float>(step_x * xs[i] + row_x);
      places[2 * i + 1] = static_cast<float>(step_y * xs[i] + row_y);
    }
    float* red = chw + row * width;
    float* green = red + plane;
    float* blue = green + plane;
    for (std::size_t i = 0; i < width; ++i) {
      float rgb[3];
      sample(places[2 * i], places[2 * i + 1], rgb);
      red[i] = rgb[0] * gain[0] + bias[0];
      green[i] = rgb[1] * gain[1] + bias[1];
      blue[i] = rgb[2] * gain[2] + bias[2];
    }
  }
}

}  // namespace detail

FACEPTOR_INLINE void extract(const Image& photo, const View& view, const ViewTransform& transform, std::span<float> chw) {
  view.check();
  if (transform.photo_size() != Size{photo.width(), photo.height()} || transform.view_size() != view.size() ||
      transform.warp() != view.warp()) {
    throw Error(ErrorCode::argument, "view: the transform was made for another photo or view").where(view.name());
  }
  const auto length = static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height()) * 3;
  if (chw.size() != length) {
    throw Error(ErrorCode::argument, "view: the buffer for a crop has a wrong length")
        .where(view.name())
        .expected(std::to_string(length) + " numbers")
        .found(std::to_string(chw.size()));
  }
  std::array<float, 3> gain{}, bias{};
  for (std::size_t c = 0; c < 3; ++c) {
    gain[c] = 1 / (255 * view.std()[c]);
    bias[c] = -view.mean()[c] / view.std()[c];
  }
  const auto xs = detail::unwarped_positions(view.width(), view.warp()), ys = detail::unwarped_positions(view.height(), view.warp());
  const auto source = detail::reduce_photo(photo, transform, xs, ys, view.interpolation() == Interpolation::antialiased);
  const auto& raster = source.raster;
  switch (view.interpolation()) {
    case Interpolation::bilinear:
    case Interpolation::antialiased:
      detail::extract_rows(transform, xs, ys, source, gain, bias, chw.data(),
                           [&raster](float x, float y, float* rgb) { detail::sample_bilinear<3, false>(raster, x, y, rgb); });
      return;
    case Interpolation::bilinear_q32:
      detail::extract_rows(transform, xs, ys, source, gain, bias, chw.data(),
                           [&raster](float x, float y, float* rgb) { detail::sample_bilinear<3, true>(raster, x, y, rgb); });
      return;
    case Interpolation::nearest:
      detail::extract_rows(transform, xs, ys, source, gain, bias, chw.data(), [&raster](float x, float y, float* rgb) {
        const std::uint8_t* pixel = detail::sample_nearest(raster, x, y);
        for (int c = 0; c < 3; ++c) rgb[c] = pixel != nullptr ? static_cast<float>(pixel[c]) : 0.0F;
      });
      return;
  }
}

}  // namespace faceptor
