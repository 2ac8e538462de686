#pragma once

#include <utility>

#include <faceptor/losses/binary_cross_entropy.hpp>
#include <faceptor/losses/binary_focal.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/focal.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE BinaryFocalImpl::BinaryFocalImpl(BinaryFocalOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: binary_focal", "gamma", options.gamma(), 0, 100);
  expect_option("losses: binary_focal", "alpha", options.alpha(), 0, 1);
}

FACEPTOR_INLINE LossValue BinaryFocalImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: binary_focal";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, Q]");
  expect_shape(kWho, "labels", labels.primary, {output.size(0), output.size(1)}, "[B, Q]");
  expect_range(kWho, "labels", labels.primary, 0, 0, {1, -1});
  const auto target = labels.primary.to(output.scalar_type());
  const auto known = (target != -1).to(output.scalar_type());
  const auto log_p = torch::log_sigmoid(torch::where(target == 1, output, -output));  // B x Q
  const auto alpha = options.alpha() * target.clamp_min(0) + (1 - options.alpha()) * (1 - target.clamp_min(0));
  const auto loss = -alpha * focal_weight(log_p, options.gamma()) * log_p * known;
  return {loss.sum() / known.sum().clamp_min(1), {}, share_right(output, target)};
}

}  // namespace faceptor::losses
