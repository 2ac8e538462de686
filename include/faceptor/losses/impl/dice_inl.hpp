#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/dice.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE DiceImpl::DiceImpl(DiceOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: dice", "smoothing", options.smoothing(), 1e-9, 1e9);
  expect_option("losses: dice", "cross_entropy", options.cross_entropy(), 0, 1e9);
}

FACEPTOR_INLINE LossValue DiceImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: dice";
  expect_floating(kWho, "output", output, {kAny, kAny, kAny, kAny}, "[B, Q, h, w]");
  const auto& truth = labels.primary;
  const auto classes = output.size(1);
  expect_integers(kWho, "labels", truth, {output.size(0), kAny, kAny}, "class indices [B, H, W]");
  expect_range(kWho, "labels", truth, 0, static_cast<double>(classes - 1), {static_cast<double>(options.ignored())});
  const auto known = truth != options.ignored();  // B x H x W
  const auto target = truth.to(torch::kLong).masked_fill(known.logical_not(), 0);
  const auto weight = known.to(output.scalar_type());
  const auto log_p = resize_maps(output, truth.size(1), truth.size(2)).log_softmax(1);  // B x Q x H x W
  const auto log_p_true = log_p.gather(1, target.unsqueeze(1)).squeeze(1);              // B x H x W
  const auto of_class = [&](const torch::Tensor& pixels) {                              // B x H x W to Q
    return torch::zeros({classes}, output.options().requires_grad(false)).index_add(0, target.flatten(), (pixels * weight).flatten());
  };
  const auto both = of_class(log_p_true.exp());
  const auto either = (log_p.exp() * weight.unsqueeze(1)).sum({0, 2, 3}) + of_class(torch::ones_like(weight));
  const auto dice = 1 - ((2 * both + options.smoothing()) / (either + options.smoothing())).mean();
  if (options.cross_entropy() == 0) return {dice};
  const auto cross_entropy = -(log_p_true * weight).sum() / weight.sum().clamp_min(1);
  return {dice + cross_entropy * options.cross_entropy(), {{"dice", dice}, {"cross_entropy", cross_entropy}}};
}

}  // namespace faceptor::losses
