#pragma once

#include <torch/torch.h>

#include <array>
#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

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
#include <faceptor/losses/impl/binary_focal_inl.hpp>
#endif
