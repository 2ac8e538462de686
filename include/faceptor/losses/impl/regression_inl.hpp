#pragma once

#include <cmath>
#include <limits>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE torch::Tensor resize_maps(const torch::Tensor& maps, int64_t height, int64_t width) {
  if (maps.size(2) == height && maps.size(3) == width) return maps;
  const auto settings =
      torch::nn::functional::InterpolateFuncOptions().size(std::vector<int64_t>{height, width}).mode(torch::kBilinear).align_corners(false);
  return torch::nn::functional::interpolate(maps, settings);
}

FACEPTOR_INLINE Regression regression(std::string_view who, const torch::Tensor& output, const Labels& labels) {
  const auto dimensions = output.defined() && output.dim() > 0 ? output.dim() : 2;
  expect_floating(who, "output", output, std::vector<int64_t>(static_cast<size_t>(dimensions), kAny), "[B, ...]");
  Regression sides{output, labels.primary};
  auto& target = sides.target;
  const bool flat = target.defined() && target.dim() == 1 && output.dim() == 2 && output.size(1) == 1;
  if (flat) target = target.unsqueeze(1);
  const bool maps = target.defined() && target.dim() == 4 && output.dim() == 4;
  if (maps) {
    expect_shape(who, "labels", target, {output.size(0), output.size(1), kAny, kAny}, "maps [B, Q, H, W]");
    if (target.sizes() != output.sizes()) sides.output = resize_maps(output, target.size(2), target.size(3));
  } else {
    expect_shape(who, "labels", target, output.sizes().vec(), "the output's shape");
  }
  constexpr double kLargest = std::numeric_limits<float>::max();
  expect_range(who, "labels", target, -kLargest, kLargest);
  target = target.to(output.scalar_type());
  return sides;
}

FACEPTOR_INLINE MeanAbsoluteErrorImpl::MeanAbsoluteErrorImpl(MeanAbsoluteErrorOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue MeanAbsoluteErrorImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto [x, y] = regression("losses: mean_absolute_error", output, labels);
  return {(x - y).abs().mean()};
}

FACEPTOR_INLINE MeanSquaredErrorImpl::MeanSquaredErrorImpl(MeanSquaredErrorOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue MeanSquaredErrorImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto [x, y] = regression("losses: mean_squared_error", output, labels);
  return {(x - y).square().mean()};
}

FACEPTOR_INLINE WingImpl::WingImpl(WingOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: wing", "width", options.width(), 1e-9, 1e9);
  expect_option("losses: wing", "epsilon", options.epsilon(), 1e-9, 1e9);
}

FACEPTOR_INLINE LossValue WingImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto [given, target] = regression("losses: wing", output, labels);
  const double width = options.width();
  const double gap = width - width * std::log1p(width / options.epsilon());
  const auto error = (given - target).abs();
  return {torch::where(error < width, width * torch::log1p(error / options.epsilon()), error - gap).mean()};
}

}  // namespace faceptor::losses
