#pragma once

#include <string>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/layers.hpp>

namespace faceptor::nn {

FACEPTOR_INLINE torch::Tensor drop_path(const torch::Tensor& branch, double rate, bool training, DropPath parts) {
  if (!training || rate == 0.0) return branch;
  std::vector<int64_t> sizes(static_cast<std::size_t>(branch.dim()), 1);
  const int64_t drawn = parts == DropPath::positions ? 1 : 0;
  sizes.at(static_cast<std::size_t>(drawn)) = branch.size(drawn);  // 1 x L x 1, or B x 1 x 1
  return branch * torch::empty(sizes, branch.options()).bernoulli_(1.0 - rate).div_(1.0 - rate);
}

FACEPTOR_INLINE torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu: return torch::relu(x);
    case Activation::gelu: return torch::gelu(x);
    // silu(1.702 x) / 1.702 is the same function in one fused kernel.
    case Activation::quick_gelu: return torch::silu(x * 1.702).div_(1.702);
  }
  throw Error(ErrorCode::internal, "nn: unknown activation");
}

FACEPTOR_INLINE MlpImpl::MlpImpl(MlpOptions o) : options(o) { reset(); }

FACEPTOR_INLINE void MlpImpl::reset() {
  fc1 = register_module("fc1", torch::nn::Linear(options.width(), options.hidden()));
  fc2 = register_module("fc2", torch::nn::Linear(options.hidden(), options.width()));
}

FACEPTOR_INLINE torch::Tensor MlpImpl::forward(const torch::Tensor& tokens) {
  return fc2->forward(activate(fc1->forward(tokens), options.activation()));
}

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
