#pragma once

#include <torch/torch.h>

#include <array>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `CrossEntropy`.
struct CrossEntropyOptions {
  /// Share of the target spread evenly over all classes (Szegedy et al. 2016): 0 to 1.
  TORCH_ARG(double, label_smoothing) = 0.0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("label_smoothing", label_smoothing_);
  }
};

/// Cross entropy of one class a sample: `mean_b(-log softmax(x_b)[y_b])`.
///
/// Output: logits B x Q. Labels: class indices B, whole numbers in 0..Q-1.
/// The reference's loss for expressions.
class CrossEntropyImpl : public LossModule<CrossEntropyImpl, CrossEntropyOptions> {
 public:
  static constexpr const char* kName = "cross_entropy";
  static constexpr std::array kLabels = {LabelKind::class_index};

  explicit CrossEntropyImpl(CrossEntropyOptions options = CrossEntropyOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(CrossEntropy);

/// `(1 - p)^gamma` from log p: how much a prediction still counts. Its gradient stays finite for p = 1.
torch::Tensor focal_weight(const torch::Tensor& log_p, double gamma);

/// Options of `Focal`.
struct FocalOptions {
  /// How much a sample that is already right is turned down; 0 gives cross entropy.
  TORCH_ARG(double, gamma) = 2.0;
  /// Weight of each class. Empty: 1.
  TORCH_ARG(std::vector<double>, class_weights) = {};

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("gamma", gamma_);
    visit("class_weights", class_weights_);
  }
  void fit(std::int64_t outputs) const { expect_one_an_output("class_weights", class_weights_.size(), outputs); }
};

/// Focal loss of one class a sample (Lin et al.: "Focal loss for dense object detection", ICCV 2017):
/// `mean_b(-w_y (1 - p_y)^gamma log p_y)`, p = softmax(x_b).
///
/// Output: logits B x Q. Labels: class indices B, whole numbers in 0..Q-1.
class FocalImpl : public LossModule<FocalImpl, FocalOptions> {
 public:
  static constexpr const char* kName = "focal";
  static constexpr std::array kLabels = {LabelKind::class_index};

  explicit FocalImpl(FocalOptions options = FocalOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Focal);

/// Options of `BinaryCrossEntropy`.
struct BinaryCrossEntropyOptions {
  /// r of each output: the share of positive labels in the training data, 0 to 1. Empty: every term weighs 1.
  TORCH_ARG(std::vector<double>, positive_ratios) = {};
  /// Divide the sum over samples and outputs by the batch size B, as the reference does. Else leave the sum.
  TORCH_ARG(bool, batch_mean) = true;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("positive_ratios", positive_ratios_);
    visit("batch_mean", batch_mean_);
  }
  void fit(std::int64_t outputs) const { expect_one_an_output("positive_ratios", positive_ratios_.size(), outputs); }
};

/// The share of outputs that are on the right side of 0; unknown labels (-1) count as wrong, as in the reference.
torch::Tensor share_right(const torch::Tensor& output, const torch::Tensor& labels);

/// Binary cross entropy of Q independent outputs, unknown labels left out:
/// `sum_bq(m w (softplus(x) - x t)) / B`, m = 0 where the label is -1, else 1.
///
/// With positive ratios r, rare labels weigh more: `w = exp(t (1 - r) + (1 - t) r)`, t = 1 where the label is over 0.5 (Li, Chen,
/// Huang: "Human attribute recognition by deep hierarchical contexts"). The sum is not divided by the number of known labels.
///
/// Output: logits B x Q. Labels: B x Q, of any type, each 0 to 1, or -1 for unknown.
/// Soft masks: logits B x Q x h x w, labels B x Q x H x W; logits are resized to the labels (bilinear, corners not aligned), and each
/// map's terms are averaged over its pixels.
/// Accuracy: outputs over 0 are a yes; an unknown label counts as wrong, as in the reference.
/// The reference's loss for attributes.
class BinaryCrossEntropyImpl : public LossModule<BinaryCrossEntropyImpl, BinaryCrossEntropyOptions> {
 public:
  static constexpr const char* kName = "binary_cross_entropy";
  static constexpr std::array kLabels = {LabelKind::attributes, LabelKind::values, LabelKind::soft_maps};

  explicit BinaryCrossEntropyImpl(BinaryCrossEntropyOptions options = BinaryCrossEntropyOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(BinaryCrossEntropy);

/// Options of `BinaryFocal`.
struct BinaryFocalOptions {
  /// How much an output that is already right is turned down; 0 gives binary cross entropy.
  TORCH_ARG(double, gamma) = 2.0;
  /// Weight of positive labels, 0 to 1; negative ones weigh 1 - alpha.
  TORCH_ARG(double, alpha) = 0.25;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("gamma", gamma_);
    visit("alpha", alpha_);
  }
};

/// Focal loss of Q independent outputs (Lin et al.: "Focal loss for dense object detection", ICCV 2017): the mean over known
/// labels of `-a (1 - p)^gamma log p`, p the probability given to the label: sigmoid(x) with a = alpha for label 1,
/// 1 - sigmoid(x) with a = 1 - alpha for label 0. 0 if no label is known.
///
/// Output: logits B x Q. Labels: B x Q, of any type, 0 or 1, or -1 for unknown.
class BinaryFocalImpl : public LossModule<BinaryFocalImpl, BinaryFocalOptions> {
 public:
  static constexpr const char* kName = "binary_focal";
  static constexpr std::array kLabels = {LabelKind::attributes, LabelKind::values};

  explicit BinaryFocalImpl(BinaryFocalOptions options = BinaryFocalOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(BinaryFocal);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/classification_inl.hpp>
#endif
