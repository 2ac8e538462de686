#pragma once

#include <torch/torch.h>

#include <array>
#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `AdaptiveWing`; names and defaults are the paper's.
struct AdaptiveWingOptions {
  TORCH_ARG(double, omega) = 14.0;   ///< height of the curve; over 0
  TORCH_ARG(double, theta) = 0.5;    ///< error from which the curve is straight; over 0
  TORCH_ARG(double, epsilon) = 1.0;  ///< how strongly the curve bends; over 0
  TORCH_ARG(double, alpha) = 2.1;    ///< its power is alpha - y; over 1, so that it stays positive for y = 1
  TORCH_ARG(bool, sigmoid) = false;  ///< the output is logits: take its sigmoid first

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("omega", omega_);
    visit("theta", theta_);
    visit("epsilon", epsilon_);
    visit("alpha", alpha_);
    visit("sigmoid", sigmoid_);
  }
};

/// Adaptive wing loss for heatmaps (Wang, Bo, Fuxin: "Adaptive wing loss for robust face alignment via heatmap regression",
/// ICCV 2019): near a peak it minds small errors, on the ground it forgives them. The mean of
/// `omega ln(1 + (|d| / eps)^(alpha - y))` where |d| < theta, else the straight line that continues it; d = x - y.
///
/// Output: heatmaps B x N x h x w (or any shape with a batch in front). Labels: target heatmaps of the same shape, 0 to 1.
class AdaptiveWingImpl : public LossModule<AdaptiveWingImpl, AdaptiveWingOptions> {
 public:
  static constexpr const char* kName = "adaptive_wing";
  static constexpr std::array kLabels = {LabelKind::soft_maps};

  explicit AdaptiveWingImpl(AdaptiveWingOptions options = AdaptiveWingOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(AdaptiveWing);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/adaptive_wing_inl.hpp>
#endif
