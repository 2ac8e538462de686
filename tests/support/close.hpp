#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <string>

#include <faceptor/core/text.hpp>

/// Nearness to reference values.
namespace golden {

/// The largest difference in units of `max(1, max|reference|)`; infinite when shapes differ or a value is not a number.
inline double scaled_difference(const torch::Tensor& value, const torch::Tensor& reference) {
  if (!value.defined() || value.sizes() != reference.sizes()) return std::numeric_limits<double>::infinity();
  if (reference.numel() == 0) return 0.0;
  const auto a = value.detach().to(torch::kFloat64);
  const auto b = reference.to(torch::kFloat64);
  const auto scale = std::max(1.0, b.abs().max().item<double>());
  const auto difference = (a - b).abs().max().item<double>() / scale;
  return std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity();
}

}  // namespace golden
