#pragma once

#include "support/torch_catch.hpp"

#include <algorithm>
#include <functional>

/// Gradients against central differences, in double precision.
///
///     CHECK(gradient_error([&](const torch::Tensor& x) { return loss->forward(x, labels).total; }, input) < 1e-6);
///
/// @param function  a tensor to a scalar; smooth within `step` of `at`
/// @return          the largest difference between autograd's derivative and `(f(x + h) - f(x - h)) / 2h`, relative to the
///                  largest derivative (at least 1e-3)
inline double gradient_error(const std::function<torch::Tensor(const torch::Tensor&)>& function, const torch::Tensor& at,
                             double step = 1e-5) {
  auto x = at.detach().to(torch::kFloat64).contiguous().clone().requires_grad_(true);
  const auto value = function(x);
  REQUIRE(value.dim() == 0);
  const auto analytic = torch::autograd::grad({value}, {x})[0].contiguous();

  const torch::NoGradGuard no_grad;
  auto moved = x.detach().clone();
  auto numeric = torch::empty_like(moved);
  auto* values = moved.data_ptr<double>();
  auto* slopes = numeric.data_ptr<double>();
  for (int64_t i = 0; i < moved.numel(); ++i) {
    const double before = values[i];
    values[i] = before + step;
    const double above = function(moved).item<double>();
    values[i] = before - step;
    const double below = function(moved).item<double>();
    values[i] = before;
    slopes[i] = (above - below) / (2 * step);
  }
  const double scale = std::max(1e-3, numeric.abs().max().item<double>());
  return (analytic - numeric).abs().max().item<double>() / scale;
}
