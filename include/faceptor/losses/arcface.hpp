#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/class_matrix.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `ArcFace`: see `MarginOptions`. The number of classes has no default that works.
struct ArcFaceOptions : MarginOptions {
  explicit ArcFaceOptions(std::int64_t classes = 0, std::int64_t width = 512) : MarginOptions(classes, width, 64.0, 0.5) {}
  ArcFaceOptions(const MarginOptions& options) : MarginOptions(options) {}  // NOLINT: what a chained setter returns
};

/// ArcFace (Deng et al.: "ArcFace: additive angular margin loss for deep face recognition", CVPR 2019): the cross entropy, mean
/// over the batch, of `s cos_j`, where the angle to the sample's own class is m radians larger: `cos(angle_y + m)`. Beyond
/// pi - m, where that would rise again, it goes on as `cos_y - m sin(m)`.
///
/// Output: embeddings B x D, of any length. Labels: class indices B, whole numbers in 0..classes-1.
/// Parameter: `class_matrix` classes x D, started uniform in +-1/sqrt(D).
class ArcFaceImpl : public LossModule<ArcFaceImpl, ArcFaceOptions> {
 public:
  static constexpr const char* kName = "arcface";
  static LabelNeeds needs(const Options& options, std::int64_t) { return {{LabelKind::class_index}, options.classes()}; }

  /// @throws Error(argument) without classes
  explicit ArcFaceImpl(ArcFaceOptions options = ArcFaceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;

  /// Where the draws of the next `forward` come from, if classes are sampled; goes up by one with each in training.
  void set_counter(std::uint64_t counter) override { counter_ = counter; }

  torch::Tensor class_matrix;

 private:
  std::uint64_t counter_ = 0;
};

FACEPTOR_LOSS(ArcFace);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/arcface_inl.hpp>
#endif
