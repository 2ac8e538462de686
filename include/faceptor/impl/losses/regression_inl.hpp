#pragma once

#include <limits>

#include <faceptor/core/error.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE torch::Tensor regression_target(std::string_view who, const torch::Tensor& output, const Labels& labels) {
  const auto dimensions = output.defined() && output.dim() > 0 ? output.dim() : 2;
  expect_floating(who, "output", output, std::vector<int64_t>(static_cast<size_t>(dimensions), kAny), "[B, ...]");
  auto target = labels.primary;
  const bool flat = target.defined() && target.dim() == 1 && output.dim() == 2 && output.size(1) == 1;
  if (flat) target = target.unsqueeze(1);
  expect_shape(who, "labels", target, output.sizes().vec(), "the output's shape");
  constexpr double kLargest = std::numeric_limits<float>::max();
  expect_range(who, "labels", target, -kLargest, kLargest);
  return target.to(output.scalar_type());
}

}  // namespace faceptor::losses
