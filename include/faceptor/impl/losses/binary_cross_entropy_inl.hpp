#pragma once

#include <utility>

#include <faceptor/losses/binary_cross_entropy.hpp>
#include <faceptor/losses/checks.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE BinaryCrossEntropyImpl::BinaryCrossEntropyImpl(BinaryCrossEntropyOptions chosen) : LossModule(std::move(chosen)) {
  for (const double ratio : options.positive_ratios()) expect_option("losses: binary_cross_entropy", "positive_ratios", ratio, 0, 1);
}

FACEPTOR_INLINE LossValue BinaryCrossEntropyImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: binary_cross_entropy";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, Q]");
  expect_shape(kWho, "labels", labels.primary, {output.size(0), output.size(1)}, "[B, Q]");
  expect_range(kWho, "labels", labels.primary, 0, 1, {-1});
  const auto target = labels.primary.to(output.scalar_type());
  auto weight = (target != -1).to(output.scalar_type());  // B x Q
  if (!options.positive_ratios().empty()) {
    const auto ratio = torch::tensor(options.positive_ratios(), output.options().requires_grad(false));
    expect_shape(kWho, "positive_ratios", ratio, {output.size(1)}, "one ratio an output");
    weight = weight * torch::where(target > 0.5, 1 - ratio, ratio).exp();
  }
  const auto settings = torch::nn::functional::BinaryCrossEntropyWithLogitsFuncOptions().weight(weight).reduction(torch::kSum);
  auto sum = torch::nn::functional::binary_cross_entropy_with_logits(output, target, settings);
  return {options.batch_mean() ? sum / output.size(0) : sum};
}

}  // namespace faceptor::losses
