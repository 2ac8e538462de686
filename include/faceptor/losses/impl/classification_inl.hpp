#pragma once

#include <utility>

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/regression.hpp>

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
