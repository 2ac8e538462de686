#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/class_matrix.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `CosFace`: see `MarginOptions`. The number of classes has no default that works.
struct CosFaceOptions : MarginOptions {
  explicit CosFaceOptions(std::int64_t classes = 0, std::int64_t width = 512) : MarginOptions(classes, width, 64.0, 0.4) {}
  CosFaceOptions(const MarginOptions& options) : MarginOptions(options) {}  // NOLINT: what a chained setter returns
};

/// CosFace (Wang et al.: "CosFace: large margin cosine loss for deep face recognition", CVPR 2018): the cross entropy, mean over
/// the batch, of `s (cos_j - m [j = y])`, cos_j the cosine of the embedding with row j of the class matrix.
///
/// Output: embeddings B x D, of any length. Labels: class indices B, whole numbers in 0..classes-1.
/// Parameter: `class_matrix` classes x D, started uniform in +-1/sqrt(D).
/// The reference's loss for identities.
class CosFaceImpl : public LossModule<CosFaceImpl, CosFaceOptions> {
 public:
  static constexpr const char* kName = "cosface";
  static LabelNeeds needs(const Options& options, std::int64_t) { return {{LabelKind::class_index}, options.classes()}; }

  /// @throws Error(argument) without classes
  explicit CosFaceImpl(CosFaceOptions options = CosFaceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;

  /// Where the draws of the next `forward` come from, if classes are sampled; goes up by one with each in training.
  void set_counter(std::uint64_t counter) override { counter_ = counter; }

  torch::Tensor class_matrix;

 private:
  std::uint64_t counter_ = 0;
};

FACEPTOR_LOSS(CosFace);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/cosface_inl.hpp>
#endif
