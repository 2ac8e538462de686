#pragma once

#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/heads/heatmap.hpp>

namespace faceptor::heads {

namespace detail {

FACEPTOR_INLINE void expect_points(const torch::Tensor& points, int64_t dimensions) {
  const bool right = points.defined() && points.is_floating_point() && points.dim() >= 1 && points.size(-1) == 2 &&
                     (dimensions == 0 || points.dim() == dimensions);
  if (right) return;
  throw Error(ErrorCode::shape, "heatmap: points of the wrong shape or type")
      .expected(dimensions == 3 ? "floating point [B, N, 2]" : "floating point [..., 2]")
      .found(points.defined() ? std::string(points.dtype().name()) + " " + text::shape(points.sizes()) : "an undefined tensor");
}

FACEPTOR_INLINE void expect_size(int64_t height, int64_t width) {
  if (height > 0 && width > 0) return;
  throw Error(ErrorCode::argument, "heatmap: a map needs a height and a width")
      .expected("both over 0")
      .found(std::to_string(height) + " x " + std::to_string(width));
}

FACEPTOR_INLINE torch::Tensor size_as_xy(int64_t height, int64_t width, const torch::Tensor& like) {
  return torch::tensor({static_cast<double>(width), static_cast<double>(height)}, like.options().requires_grad(false));
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor normalized_points(const torch::Tensor& points, int64_t height, int64_t width) {
  detail::expect_points(points, 0);
  detail::expect_size(height, width);
  return (points + 0.5) / detail::size_as_xy(height, width, points);
}

FACEPTOR_INLINE torch::Tensor pixel_points(const torch::Tensor& points, int64_t height, int64_t width) {
  detail::expect_points(points, 0);
  detail::expect_size(height, width);
  return points * detail::size_as_xy(height, width, points) - 0.5;
}

FACEPTOR_INLINE torch::Tensor paint_heatmaps(const torch::Tensor& points, int64_t height, int64_t width, double radius) {
  detail::expect_points(points, 3);
  detail::expect_size(height, width);
  if (!(radius > 0)) {
    throw Error(ErrorCode::argument, "heatmap: a bump needs a radius").expected("over 0").found(std::to_string(radius));
  }
  const auto pixels = pixel_points(points, height, width);
  const auto axis = points.options().requires_grad(false);
  const auto dx = (pixels.select(-1, 0).unsqueeze(-1) - torch::arange(width, axis)).square().unsqueeze(-2);   // B x N x 1 x W
  const auto dy = (pixels.select(-1, 1).unsqueeze(-1) - torch::arange(height, axis)).square().unsqueeze(-1);  // B x N x H x 1
  // The exponential of a sum is a product: H + W exponentials a map instead of H * W.
  const double steepness = -16.0 / (2.0 * radius * radius);
  const auto bump = (dy * steepness).exp() * (dx * steepness).exp();  // B x N x H x W
  return torch::where(dy + dx <= radius * radius, bump, torch::zeros({}, axis));
}

FACEPTOR_INLINE torch::Tensor points_from_heatmaps(const torch::Tensor& heatmaps) {
  const bool right =
      heatmaps.defined() && heatmaps.is_floating_point() && heatmaps.dim() == 4 && heatmaps.size(2) > 0 && heatmaps.size(3) > 0;
  if (!right) {
    throw Error(ErrorCode::shape, "heatmap: maps of the wrong shape or type")
        .expected("floating point [B, N, height, width]")
        .found(heatmaps.defined() ? std::string(heatmaps.dtype().name()) + " " + text::shape(heatmaps.sizes()) : "an undefined tensor");
  }
  const auto height = heatmaps.size(2);
  const auto width = heatmaps.size(3);
  const auto axis = heatmaps.options().requires_grad(false);
  const auto columns = heatmaps.sum(2);                     // B x N x W
  const auto rows = heatmaps.sum(3);                        // B x N x H
  const auto mass = columns.sum(-1, true).clamp_min(1e-6);  // B x N x 1
  const auto x = (columns * torch::arange(width, axis)).sum(-1, true) / mass;
  const auto y = (rows * torch::arange(height, axis)).sum(-1, true) / mass;
  return normalized_points(torch::cat({x, y}, -1), height, width);
}

}  // namespace faceptor::heads
