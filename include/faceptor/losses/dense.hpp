#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `ParsingCrossEntropy`.
struct ParsingCrossEntropyOptions {
  /// A pixel with this label adds nothing.
  TORCH_ARG(std::int64_t, ignored) = -100;
  /// Divide by the number of labelled pixels. Else by the number of all pixels, ignored ones included, as the reference does.
  TORCH_ARG(bool, mean_of_labelled) = false;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("ignored", ignored_);
    visit("mean_of_labelled", mean_of_labelled_);
  }
};

/// Cross entropy of one class a pixel, on logits resized to the labels' size (bilinear, corners not aligned):
/// `sum_p(-log softmax(x_p)[y_p]) / (B H W)`.
///
/// Output: logits B x Q x h x w. Labels: class indices B x H x W, whole numbers in 0..Q-1, or the ignored one.
/// The reference's loss for face parsing.
class ParsingCrossEntropyImpl : public LossModule<ParsingCrossEntropyImpl, ParsingCrossEntropyOptions> {
 public:
  static constexpr const char* kName = "parsing_cross_entropy";
  static LabelNeeds needs(const Options& options, std::int64_t outputs) { return {{LabelKind::parsing}, outputs, options.ignored()}; }

  explicit ParsingCrossEntropyImpl(ParsingCrossEntropyOptions options = ParsingCrossEntropyOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(ParsingCrossEntropy);

/// Options of `Dice`.
struct DiceOptions {
  /// Added above and below the fraction, in pixels, so that an absent class costs nothing; over 0.
  TORCH_ARG(double, smoothing) = 1.0;
  /// Weight of the cross entropy beside it, the mean over labelled pixels; 0: none.
  TORCH_ARG(double, cross_entropy) = 0.0;
  /// A pixel with this label adds nothing.
  TORCH_ARG(std::int64_t, ignored) = -100;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("smoothing", smoothing_);
    visit("cross_entropy", cross_entropy_);
    visit("ignored", ignored_);
  }
};

/// Soft Dice loss of one class a pixel, on logits resized to the labels' size (bilinear, corners not aligned), for classes that
/// cover few pixels (after Milletari, Navab, Ahmadi: "V-Net", 3DV 2016; here without squares in the denominator):
/// `1 - mean_q((2 sum(p t) + s) / (sum(p) + sum(t) + s))`, p = softmax(x), sums over all pixels of the batch; with `cross_entropy`,
/// its weight times `mean_p(-log softmax(x_p)[y_p])` more.
///
/// Output: logits B x Q x h x w. Labels: class indices B x H x W, whole numbers in 0..Q-1, or the ignored one.
class DiceImpl : public LossModule<DiceImpl, DiceOptions> {
 public:
  static constexpr const char* kName = "dice";
  static LabelNeeds needs(const Options& options, std::int64_t outputs) { return {{LabelKind::parsing}, outputs, options.ignored()}; }

  explicit DiceImpl(DiceOptions options = DiceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Dice);

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

/// Options of `Landmark`.
struct LandmarkOptions {
  /// Side of the square on which heatmaps are compared, in pixels.
  TORCH_ARG(std::int64_t, heatmap_size) = 128;
  /// Radius of a painted point, in pixels of that square.
  TORCH_ARG(double, radius) = 5.0;
  /// Weight of the distance between points.
  TORCH_ARG(double, point_weight) = 1.0;
  /// Weight of the comparison of heatmaps.
  TORCH_ARG(double, heatmap_weight) = 1.0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("heatmap_size", heatmap_size_);
    visit("radius", radius_);
    visit("point_weight", point_weight_);
    visit("heatmap_weight", heatmap_weight_);
  }
};

/// Landmarks as points and as heatmaps: `mean_bn |c(sigmoid(x_bn)) - p_bn| + BCE(resize(x), paint(p))`, c the centre of mass.
///
/// Distances are in normalised units (1 = the side of the map); the binary cross entropy is the mean over samples, points and
/// pixels, on logits resized to `heatmap_size` (bilinear, corners not aligned). See heads/heatmap.hpp for c and paint.
///
/// Output: logits B x N x h x w, one map a point. Labels: true points B x N x 2, normalised x, y; points off the map are allowed.
/// Parts: "points", "heatmaps".
/// The reference's loss for landmarks.
class LandmarkImpl : public LossModule<LandmarkImpl, LandmarkOptions> {
 public:
  static constexpr const char* kName = "landmark";
  static constexpr std::array kLabels = {LabelKind::landmarks};

  explicit LandmarkImpl(LandmarkOptions options = LandmarkOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Landmark);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/dense_inl.hpp>
#endif
