#pragma once

#include <torch/torch.h>

#include <array>
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

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/cross_entropy_inl.hpp>
#endif
