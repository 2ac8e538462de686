#pragma once

#include <torch/torch.h>

#include <array>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

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

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/binary_cross_entropy_inl.hpp>
#endif
