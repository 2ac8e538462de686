#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/mean_squared_error.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE MeanSquaredErrorImpl::MeanSquaredErrorImpl(MeanSquaredErrorOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue MeanSquaredErrorImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto [x, y] = regression("losses: mean_squared_error", output, labels);
  return {(x - y).square().mean()};
}

}  // namespace faceptor::losses
