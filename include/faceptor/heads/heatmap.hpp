#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>

/// Landmarks as heatmaps: one map a point, painted for training and read by its centre of mass.
///
/// Points are normalised: the pixel p (its centre at a whole number) of a map of S pixels is at (p + 0.5) / S, so that 0 and 1
/// are the outer edges of the map and a point keeps its numbers whatever the size of the map. Last dimension: x, y.
namespace faceptor::heads {

/// Paints every point as a round bump `exp(-16 r^2 / (2 R^2))`, r the distance to the point in pixels, cut off where r > R
/// (there the bump has fallen to exp(-8)). The peak is 1 where the point falls on a pixel's centre. Points off the map are
/// painted as far as they reach into it. Made of tensor operations: the same on every device, and differentiable.
/// @param points  B x N x 2, normalised; a point that is not a number gives an empty map
/// @param radius  R, in pixels of the map; over 0
/// @return        B x N x height x width, 0..1
/// @throws Error(shape) for other shapes, Error(argument) for sizes or a radius not over 0
torch::Tensor paint_heatmaps(const torch::Tensor& points, std::int64_t height, std::int64_t width, double radius);

/// The centre of mass of every map: `sum(m * p) / max(sum(m), 1e-6)` in pixels, then normalised. An empty map gives the first
/// pixel, (0.5 / w, 0.5 / h). Differentiable.
/// @param heatmaps  B x N x h x w, not negative (after the sigmoid)
/// @return          B x N x 2, normalised
/// @throws Error(shape) for other shapes
torch::Tensor points_from_heatmaps(const torch::Tensor& heatmaps);

/// Pixels to normalised: `(p + 0.5) / size`.
/// @param points  ... x 2 in pixels of a picture of that size
torch::Tensor normalized_points(const torch::Tensor& points, std::int64_t height, std::int64_t width);

/// Normalised to pixels: `p * size - 0.5`.
torch::Tensor pixel_points(const torch::Tensor& points, std::int64_t height, std::int64_t width);

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/heatmap_inl.hpp>
#endif
