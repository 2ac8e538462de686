#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// An output and its labels, of one shape and type.
struct Regression {
  torch::Tensor output;
  torch::Tensor target;
};

/// The two sides of a regression, checked. Labels have the shape of the output; of an output B x 1 also B; maps B x Q x H x W may be of
/// another size than the output, which is then resized to theirs (bilinear, corners not aligned).
/// @throws Error(shape) where they don't fit, Error(argument) for labels on the CPU that are not finite
Regression regression(std::string_view who, const torch::Tensor& output, const Labels& labels);

/// The labels that a regression takes: numbers, one an output; maps, one an output; of a single output also ages.
inline LabelNeeds regression_labels(std::int64_t outputs) {
  LabelNeeds needs{{LabelKind::values, LabelKind::soft_maps}, outputs};
  if (outputs == 1) needs.kinds.push_back(LabelKind::age);
  return needs;
}

/// Maps resized as parsing and landmarks resize them: bilinear, corners not aligned. B x Q x h x w to B x Q x height x width.
torch::Tensor resize_maps(const torch::Tensor& maps, std::int64_t height, std::int64_t width);

/// Options of `MeanAbsoluteError`: none.
using MeanAbsoluteErrorOptions = NoOptions;

/// `mean(|x - y|)` over samples and outputs.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
class MeanAbsoluteErrorImpl : public LossModule<MeanAbsoluteErrorImpl, MeanAbsoluteErrorOptions> {
 public:
  static constexpr const char* kName = "mean_absolute_error";
  static LabelNeeds needs(const Options&, std::int64_t outputs) { return regression_labels(outputs); }

  explicit MeanAbsoluteErrorImpl(MeanAbsoluteErrorOptions options = MeanAbsoluteErrorOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(MeanAbsoluteError);

/// Options of `MeanSquaredError`: none.
using MeanSquaredErrorOptions = NoOptions;

/// `mean((x - y)^2)` over samples and outputs.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
class MeanSquaredErrorImpl : public LossModule<MeanSquaredErrorImpl, MeanSquaredErrorOptions> {
 public:
  static constexpr const char* kName = "mean_squared_error";
  static LabelNeeds needs(const Options&, std::int64_t outputs) { return regression_labels(outputs); }

  explicit MeanSquaredErrorImpl(MeanSquaredErrorOptions options = MeanSquaredErrorOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(MeanSquaredError);

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
#include <faceptor/losses/impl/regression_inl.hpp>
#endif
