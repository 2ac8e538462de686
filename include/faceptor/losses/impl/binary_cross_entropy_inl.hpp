#pragma once

#include <utility>

#include <faceptor/losses/binary_cross_entropy.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE BinaryCrossEntropyImpl::BinaryCrossEntropyImpl(BinaryCrossEntropyOptions chosen) : LossModule(std::move(chosen)) {
  for (const double ratio : options.positive_ratios()) expect_option("losses: binary_cross_entropy", "positive_ratios", ratio, 0, 1);
}

FACEPTOR_INLINE torch::Tensor share_right(const torch::Tensor& output, const torch::Tensor& labels) {
  return share_of((output > 0).eq(labels > 0.5).logical_and(labels >= 0));
}

FACEPTOR_INLINE LossValue BinaryCrossEntropyImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: binary_cross_entropy";
  const auto& truth = labels.primary;
  const bool maps = output.defined() && output.dim() == 4;
  expect_floating(kWho, "output", output, maps ? std::vector{kAny, kAny, kAny, kAny} : std::vector{kAny, kAny}, "[B, Q] or [B, Q, h, w]");
  expect_shape(kWho, "labels", truth, maps ? std::vector{output.size(0), output.size(1), kAny, kAny} : output.sizes().vec(),
               maps ? "[B, Q, H, W]" : "[B, Q]");
  expect_range(kWho, "labels", truth, 0, 1, {-1});
  const auto logits = maps ? resize_maps(output, truth.size(2), truth.size(3)) : output;
  const auto target = truth.to(output.scalar_type());
  auto weight = (target != -1).to(output.scalar_type());  // B x Q, or B x Q x H x W
  if (!options.positive_ratios().empty()) {
    auto ratio = torch::tensor(options.positive_ratios(), output.options().requires_grad(false));
    expect_shape(kWho, "positive_ratios", ratio, {output.size(1)}, "one ratio an output");
    if (maps) ratio = ratio.view({-1, 1, 1});
    weight = weight * torch::where(target > 0.5, 1 - ratio, ratio).exp();
  }
  const auto settings = torch::nn::functional::BinaryCrossEntropyWithLogitsFuncOptions().weight(weight).reduction(torch::kSum);
  auto sum = torch::nn::functional::binary_cross_entropy_with_logits(logits, target, settings);
  if (maps) sum = sum / (truth.size(2) * truth.size(3));
  return {options.batch_mean() ? sum / output.size(0) : sum, {}, share_right(logits, target)};
}

}  // namespace faceptor::losses
