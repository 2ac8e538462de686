#pragma once

#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/position_embedding.hpp>

namespace faceptor::nn {

FACEPTOR_INLINE torch::Tensor resize_position_embedding(const torch::Tensor& embedding, int64_t rows, int64_t columns, int64_t to_rows,
                                                        int64_t to_columns) {
  if (embedding.dim() != 2 || embedding.size(0) != 1 + rows * columns) {
    throw Error(ErrorCode::shape, "position embedding: the rows don't fit the grid")
        .expected("[" + std::to_string(1 + rows * columns) + ", D]")
        .found(text::shape(embedding.sizes()));
  }
  if (rows == to_rows && columns == to_columns) return embedding;
  const auto width = embedding.size(1);
  auto grid = embedding.slice(0, 1).reshape({1, rows, columns, width}).permute({0, 3, 1, 2});  // 1 x D x rows x columns
  grid = at::upsample_bicubic2d(grid, {to_rows, to_columns}, /*align_corners=*/false, std::nullopt, std::nullopt);
  grid = grid.permute({0, 2, 3, 1}).reshape({to_rows * to_columns, width});
  return torch::cat({embedding.slice(0, 0, 1), grid});
}

namespace detail {

/// The D/2 values of each of n positions along one side: n x D/2.
FACEPTOR_INLINE torch::Tensor sine_values(int64_t n, int64_t half, const torch::TensorOptions& options) {
  constexpr double kTwoPi = 6.283185307179586;
  const auto position = (torch::arange(n, options) + 0.5).div_(static_cast<double>(n)).mul_(kTwoPi);  // n
  const auto pair = torch::arange(half, options).div_(2, "floor").mul_(2.0 / static_cast<double>(half));
  const auto angle = position.unsqueeze(1) / torch::pow(10000.0, pair);  // n x half
  const auto even = angle.slice(1, 0, half, 2).sin();
  const auto odd = angle.slice(1, 1, half, 2).cos();
  return torch::stack({even, odd}, 2).flatten(1);
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor sine_position_map(int64_t rows, int64_t columns, int64_t width, torch::TensorOptions options) {
  if (width % 4 != 0) {
    throw Error(ErrorCode::argument, "position map: the width must be a multiple of 4").found(std::to_string(width));
  }
  if (!options.has_dtype()) options = options.dtype(torch::kFloat32);
  const auto half = width / 2;
  const auto y = detail::sine_values(rows, half, options).unsqueeze(1).expand({rows, columns, half});
  const auto x = detail::sine_values(columns, half, options).unsqueeze(0).expand({rows, columns, half});
  return torch::cat({y, x}, 2).flatten(0, 1);
}

}  // namespace faceptor::nn
