#pragma once

#include <utility>

#include <faceptor/losses/age_distribution.hpp>
#include <faceptor/losses/checks.hpp>

namespace faceptor::losses {

namespace detail {

FACEPTOR_INLINE torch::Tensor log_age_distributions(const torch::Tensor& logits) {
  const auto values = torch::log_sigmoid(logits);
  return values - values.logsumexp(1, true);
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor age_targets(const torch::Tensor& ages, int64_t bins, double deviation) {
  const auto years = torch::arange(bins, ages.options().requires_grad(false));
  const auto distance = years.unsqueeze(0) - ages.unsqueeze(1);  // B x bins
  // Dividing densities by their sum is a softmax of their logarithms; done so, far ages don't vanish.
  return (distance.square() * (-0.5 / (deviation * deviation))).softmax(1);
}

FACEPTOR_INLINE torch::Tensor age_distributions(const torch::Tensor& logits) {
  expect_floating("losses: age_distributions", "logits", logits, {kAny, kAny}, "[B, Q]");
  return detail::log_age_distributions(logits).exp();
}

FACEPTOR_INLINE torch::Tensor expected_ages(const torch::Tensor& distributions) {
  expect_floating("losses: expected_ages", "distributions", distributions, {kAny, kAny}, "[B, Q]");
  return distributions.matmul(torch::arange(distributions.size(1), distributions.options().requires_grad(false)));
}

FACEPTOR_INLINE AgeDistributionImpl::AgeDistributionImpl(AgeDistributionOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: age_distribution", "deviation", options.deviation(), 1e-3, 1e3);
}

FACEPTOR_INLINE LossValue AgeDistributionImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: age_distribution";
  constexpr double kOldest = 150;
  expect_floating(kWho, "output", output, {kAny, kAny}, "[B, Q]");
  expect_shape(kWho, "labels", labels.primary, {output.size(0)}, "ages [B]");
  expect_range(kWho, "labels", labels.primary, 0, kOldest);
  const auto ages = labels.primary.to(output.scalar_type());
  const auto* given = labels.find("distribution");
  if (given != nullptr) expect_floating(kWho, "distribution", *given, {output.size(0), output.size(1)}, "[B, Q]");
  const auto target = given != nullptr ? given->to(output.scalar_type()) : age_targets(ages, output.size(1), options.deviation());

  const auto log_distribution = detail::log_age_distributions(output);  // B x Q
  const auto divergence = (torch::xlogy(target, target) - target * log_distribution).sum() / output.size(0);
  const auto errors = (expected_ages(log_distribution.exp()) - ages).abs();
  const auto years = errors.mean();
  return {divergence * options.distribution_weight() + years * options.years_weight(),
          {{"kl", divergence}, {"years", years}},
          share_of(errors <= 5)};
}

}  // namespace faceptor::losses
