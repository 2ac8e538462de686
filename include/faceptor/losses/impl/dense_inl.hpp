#pragma once

#include <utility>
#include <vector>

#include <faceptor/heads/heatmap.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/dense.hpp>
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

FACEPTOR_INLINE LandmarkImpl::LandmarkImpl(LandmarkOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: landmark", "heatmap_size", static_cast<double>(options.heatmap_size()), 1, 8192);
  expect_option("losses: landmark", "radius", options.radius(), 1e-3, 8192);
}

FACEPTOR_INLINE LossValue LandmarkImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: landmark";
  constexpr double kFarthest = 16;
  expect_floating(kWho, "output", output, {kAny, kAny, kAny, kAny}, "[B, N, h, w]");
  expect_floating(kWho, "labels", labels.primary, {output.size(0), output.size(1), 2}, "points [B, N, 2]");
  // Points in pixels instead of normalised ones are the likeliest mistake here, and would train without a word.
  expect_range(kWho, "labels (normalised points)", labels.primary, -kFarthest, kFarthest);
  const auto truth = labels.primary.to(output.scalar_type());
  const auto predicted = heads::points_from_heatmaps(output.sigmoid());  // B x N x 2
  const auto points = torch::linalg_vector_norm(predicted - truth, 2, {-1}).mean();

  const auto side = options.heatmap_size();
  const auto painted = heads::paint_heatmaps(truth, side, side, options.radius());  // B x N x side x side
  const auto heatmaps = torch::nn::functional::binary_cross_entropy_with_logits(resize_maps(output, side, side), painted);
  return {points * options.point_weight() + heatmaps * options.heatmap_weight(), {{"points", points}, {"heatmaps", heatmaps}}};
}

}  // namespace faceptor::losses
