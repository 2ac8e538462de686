#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/mean_absolute_error.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE MeanAbsoluteErrorImpl::MeanAbsoluteErrorImpl(MeanAbsoluteErrorOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue MeanAbsoluteErrorImpl::forward(const torch::Tensor& output, const Labels& labels) {
  const auto [x, y] = regression("losses: mean_absolute_error", output, labels);
  return {(x - y).abs().mean()};
}

}  // namespace faceptor::losses
