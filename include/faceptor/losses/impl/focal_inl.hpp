#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/focal.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE torch::Tensor focal_weight(const torch::Tensor& log_p, double gamma) {
  if (gamma == 0) return torch::ones_like(log_p);
  return (-torch::expm1(log_p)).clamp_min(1e-12).pow(gamma);
}

FACEPTOR_INLINE FocalImpl::FocalImpl(FocalOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: focal", "gamma", options.gamma(), 0, 100);
  for (const double weight : options.class_weights()) expect_option("losses: focal", "class_weights", weight, 0, 1e9);
}

FACEPTOR_INLINE LossValue FocalImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: focal";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, Q]");
  expect_integers(kWho, "labels", labels.primary, {output.size(0)}, "class indices [B]");
  expect_range(kWho, "labels", labels.primary, 0, static_cast<double>(output.size(1) - 1));
  const auto classes = labels.primary.to(torch::kLong);
  const auto log_p = output.log_softmax(1).gather(1, classes.unsqueeze(1)).squeeze(1);  // B
  auto loss = -focal_weight(log_p, options.gamma()) * log_p;
  if (!options.class_weights().empty()) {
    const auto weights = torch::tensor(options.class_weights(), output.options().requires_grad(false));
    expect_shape(kWho, "class_weights", weights, {output.size(1)}, "one weight a class");
    loss = loss * weights.index_select(0, classes);
  }
  return {loss.mean(), {}, share_of(output.argmax(1) == classes)};
}

}  // namespace faceptor::losses
