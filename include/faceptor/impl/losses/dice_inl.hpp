#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/dice.hpp>
#include <faceptor/losses/parsing_cross_entropy.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE DiceImpl::DiceImpl(DiceOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: dice", "smoothing", options.smoothing(), 1e-9, 1e9);
}

FACEPTOR_INLINE LossValue DiceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: dice";
  expect_floating(kWho, "output", output, {kAny, kAny, kAny, kAny}, "[B, Q, h, w]");
  const auto& truth = labels.primary;
  const auto classes = output.size(1);
  expect_integers(kWho, "labels", truth, {output.size(0), kAny, kAny}, "class indices [B, H, W]");
  expect_range(kWho, "labels", truth, 0, static_cast<double>(classes - 1), {static_cast<double>(options.ignored())});
  const auto known = truth != options.ignored();  // B x H x W
  const auto target = truth.to(torch::kLong).masked_fill(known.logical_not(), 0).unsqueeze(1);
  const auto weight = known.unsqueeze(1).to(output.scalar_type());                                                // B x 1 x H x W
  const auto p = resize_maps(output, truth.size(1), truth.size(2)).softmax(1) * weight;                           // B x Q x H x W
  const auto t = torch::zeros(p.sizes(), output.options().requires_grad(false)).scatter_(1, target, 1) * weight;  // B x Q x H x W
  const auto both = (p * t).sum({0, 2, 3});                                                                       // Q
  const auto either = p.sum({0, 2, 3}) + t.sum({0, 2, 3});
  return {1 - ((2 * both + options.smoothing()) / (either + options.smoothing())).mean()};
}

}  // namespace faceptor::losses
