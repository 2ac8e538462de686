#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// The Gaussian target distributions: density at 0..bins-1 around each age, divided by its sum.
/// @param ages       B, in years
/// @param deviation  of the Gaussian, in years
/// @return           B x bins
torch::Tensor age_targets(const torch::Tensor& ages, std::int64_t bins, double deviation);

/// Distributions from logits: sigmoid, divided by the sum over the years. B x Q to B x Q, stable for any logits.
torch::Tensor age_distributions(const torch::Tensor& logits);

/// The expected age in years, `sum_i i p_i`: B x Q to B.
torch::Tensor expected_ages(const torch::Tensor& distributions);

/// Options of `AgeDistribution`.
struct AgeDistributionOptions {
  /// Standard deviation of the target distribution, in years; over 0.
  TORCH_ARG(double, deviation) = 2.0;
  /// Weight of the divergence between the distributions.
  TORCH_ARG(double, distribution_weight) = 1.0;
  /// Weight of the error in years.
  TORCH_ARG(double, years_weight) = 1.0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("deviation", deviation_);
    visit("distribution_weight", distribution_weight_);
    visit("years_weight", years_weight_);
  }
};

/// Age as a distribution over whole years (DLDL-v2; Gao et al.: "Age estimation using expectation of label distribution learning",
/// IJCAI 2018): `mean_b KL(t_b || p_b) + mean_b |sum_i i p_bi - a_b|`, p = sigmoid(x) divided by its sum.
///
/// Output: logits B x Q, one a year from 0. Labels: true ages B in years, whole or not, 0 to 150; an age beyond the last year is
/// as far away as can be expressed. Extra label "distribution" (B x Q, rows that sum to 1) replaces the Gaussian targets.
/// Parts: "kl", "years". Accuracy: the share of ages that are at most 5 years off (CS@5).
/// The reference's loss for ages.
class AgeDistributionImpl : public LossModule<AgeDistributionImpl, AgeDistributionOptions> {
 public:
  static constexpr const char* kName = "age_distribution";
  static LabelNeeds needs(const Options&, std::int64_t) { return {{LabelKind::age}}; }

  explicit AgeDistributionImpl(AgeDistributionOptions options = AgeDistributionOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(AgeDistribution);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/age_distribution_inl.hpp>
#endif
