#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

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
  static LabelNeeds needs(const Options& options, std::int64_t outputs) {
    return {{LabelKind::parsing}, outputs, options.ignored()};
  }

  explicit DiceImpl(DiceOptions options = DiceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Dice);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/dice_inl.hpp>
#endif
