#pragma once

#include <torch/torch.h>

#include <array>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

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

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/focal_inl.hpp>
#endif
