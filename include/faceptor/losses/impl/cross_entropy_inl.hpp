#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/cross_entropy.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE CrossEntropyImpl::CrossEntropyImpl(CrossEntropyOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: cross_entropy", "label_smoothing", options.label_smoothing(), 0, 1);
}

FACEPTOR_INLINE LossValue CrossEntropyImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: cross_entropy";
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, Q]");
  expect_integers(kWho, "labels", labels.primary, {output.size(0)}, "class indices [B]");
  expect_range(kWho, "labels", labels.primary, 0, static_cast<double>(output.size(1) - 1));
  const auto settings = torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(options.label_smoothing());
  const auto classes = labels.primary.to(torch::kLong);
  return {torch::nn::functional::cross_entropy(output, classes, settings), {}, share_of(output.argmax(1) == classes)};
}

}  // namespace faceptor::losses
