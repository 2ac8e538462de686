#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

/// Options of `Wing`.
struct WingOptions {
  /// w, up to which an error counts as small, in the output's unit; over 0.
  TORCH_ARG(double, width) = 10.0;
  /// How strongly the curve bends around 0, in the output's unit; over 0.
  TORCH_ARG(double, epsilon) = 2.0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("width", width_);
    visit("epsilon", epsilon_);
  }
};

/// Wing loss (Feng et al.: "Wing loss for robust facial landmark localisation", CVPR 2018), which minds small errors more than
/// the absolute error does: the mean of `w ln(1 + |d| / eps)` where |d| < w, else `|d| - (w - w ln(1 + w / eps))`, d = x - y.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
/// The paper's widths are for coordinates in pixels.
class WingImpl : public LossModule<WingImpl, WingOptions> {
 public:
  static constexpr const char* kName = "wing";
  static LabelNeeds needs(const Options&, std::int64_t outputs) { return regression_labels(outputs); }

  explicit WingImpl(WingOptions options = WingOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Wing);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/wing_inl.hpp>
#endif
