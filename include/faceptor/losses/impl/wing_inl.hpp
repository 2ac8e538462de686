#pragma once

#include <cmath>
#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/losses/wing.hpp>

namespace faceptor::losses {

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
