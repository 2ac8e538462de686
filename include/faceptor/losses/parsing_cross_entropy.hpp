#pragma once

#include <torch/torch.h>

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
  static LabelNeeds needs(const Options& options, std::int64_t outputs) {
    return {{LabelKind::parsing}, outputs, options.ignored()};
  }

  explicit ParsingCrossEntropyImpl(ParsingCrossEntropyOptions options = ParsingCrossEntropyOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(ParsingCrossEntropy);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/parsing_cross_entropy_inl.hpp>
#endif
