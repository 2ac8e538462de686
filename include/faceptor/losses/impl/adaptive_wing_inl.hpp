#pragma once

#include <utility>

#include <faceptor/losses/adaptive_wing.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE AdaptiveWingImpl::AdaptiveWingImpl(AdaptiveWingOptions chosen) : LossModule(std::move(chosen)) {
  constexpr auto kWho = "losses: adaptive_wing";
  expect_option(kWho, "omega", options.omega(), 1e-9, 1e9);
  expect_option(kWho, "theta", options.theta(), 1e-9, 1e9);
  expect_option(kWho, "epsilon", options.epsilon(), 1e-9, 1e9);
  expect_option(kWho, "alpha", options.alpha(), 1 + 1e-9, 1e3);
}

FACEPTOR_INLINE LossValue AdaptiveWingImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: adaptive_wing";
  const auto [given, target] = regression(kWho, output, labels);
  expect_range(kWho, "labels", target, 0, 1);
  const auto error = ((options.sigmoid() ? given.sigmoid() : given) - target).abs();
  const auto power = options.alpha() - target;
  const double ratio = options.theta() / options.epsilon();
  const auto raised = torch::pow(ratio, power);
  const auto slope = options.omega() / (1 + raised) * power * torch::pow(ratio, power - 1) / options.epsilon();
  const auto offset = options.theta() * slope - options.omega() * torch::log1p(raised);
  const auto bent = options.omega() * torch::log1p((error / options.epsilon()).pow(power));
  return {torch::where(error < options.theta(), bent, slope * error - offset).mean()};
}

}  // namespace faceptor::losses
