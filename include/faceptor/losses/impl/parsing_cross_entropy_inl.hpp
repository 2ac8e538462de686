#pragma once

#include <utility>
#include <vector>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/parsing_cross_entropy.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE ParsingCrossEntropyImpl::ParsingCrossEntropyImpl(ParsingCrossEntropyOptions chosen) : LossModule(std::move(chosen)) {}

FACEPTOR_INLINE LossValue ParsingCrossEntropyImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: parsing_cross_entropy";
  expect_floating(kWho, "output", output, {kAny, kAny, kAny, kAny}, "[B, Q, h, w]");
  const auto& truth = labels.primary;
  expect_integers(kWho, "labels", truth, {output.size(0), kAny, kAny}, "class indices [B, H, W]");
  expect_range(kWho, "labels", truth, 0, static_cast<double>(output.size(1) - 1), {static_cast<double>(options.ignored())});
  const auto logits = resize_maps(output, truth.size(1), truth.size(2));  // B x Q x H x W
  const auto settings = torch::nn::functional::CrossEntropyFuncOptions().ignore_index(options.ignored()).reduction(torch::kSum);
  const auto sum = torch::nn::functional::cross_entropy(logits, truth.to(torch::kLong), settings);
  if (!options.mean_of_labelled()) return {sum / truth.numel()};
  return {sum / (truth != options.ignored()).sum().clamp_min(1)};
}

}  // namespace faceptor::losses
