#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/options.hpp>

/// What losses for identification share: one learned direction a class, and the choice of classes to compare with.
namespace faceptor::losses {

/// Options of `CosFace` and `ArcFace`.
struct MarginOptions {
  MarginOptions(std::int64_t classes, std::int64_t width, double scale, double margin)
      : classes_(classes), width_(width), scale_(scale), margin_(margin) {}
  /// Number of identities; at least 1.
  TORCH_ARG(std::int64_t, classes);
  /// Width D of the embeddings.
  TORCH_ARG(std::int64_t, width);
  /// Cosines are multiplied by this; over 0.
  TORCH_ARG(double, scale);
  /// How much closer than needed the right class must be: a cosine (CosFace) or radians (ArcFace); 0 to 1.5.
  TORCH_ARG(double, margin);
  /// Share of the classes that take part in a training step: over 0, to 1. Below 1 the batch's own classes always take part, and
  /// as many drawn ones as make up the share (An et al.: "Partial FC", CVPR 2022). For many hundred thousand identities.
  TORCH_ARG(double, sample_rate) = 1.0;
  /// Seed of the draws.
  TORCH_ARG(std::uint64_t, seed) = 0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("classes", classes_);
    visit("width", width_);
    visit("scale", scale_);
    visit("margin", margin_);
    visit("sample_rate", sample_rate_);
    visit("seed", seed_);
  }
  /// The width is that of the task's embeddings.
  void fit(std::int64_t outputs) { width_ = outputs; }
};

/// A class matrix as training starts with it: classes x width, uniform in +-1/sqrt(width).
/// @throws Error(argument) for options out of range
torch::Tensor initial_class_matrix(const MarginOptions& options);

/// The classes a step compares with.
struct ChosenClasses {
  torch::Tensor rows;    ///< C x D, rows of the class matrix
  torch::Tensor labels;  ///< B, the samples' classes as indices into `rows`
};

/// The batch's classes and others drawn at random, `ceil(sample_rate * classes)` in all (more if the batch alone holds more),
/// in ascending order. The draw depends on seed and counter alone.
/// @param labels  B, class indices
ChosenClasses choose_classes(const torch::Tensor& class_matrix, const torch::Tensor& labels, const MarginOptions& options,
                             std::uint64_t counter);

/// The cosine of every embedding with every class: `x . w / max(|x| |w|, 1e-8)`.
/// @param embeddings  B x D
/// @param rows        C x D
/// @return            B x C
torch::Tensor class_cosines(const torch::Tensor& embeddings, const torch::Tensor& rows);

/// Checks what a margin loss is given, and chooses the classes: all of them unless `training` and sampling.
/// @throws Error(shape, argument)
ChosenClasses margin_classes(std::string_view who, const torch::Tensor& output, const torch::Tensor& labels,
                             const torch::Tensor& class_matrix, const MarginOptions& options, bool training, std::uint64_t counter);

/// Cross entropy, mean over the batch, of `scale * cosines` with each sample's own cosine replaced; its accuracy is the share of samples
/// whose own logit is the greatest (top-1), margin and all, as the reference logs it.
/// @param cosines  B x C
/// @param labels   B
/// @param own      B x 1, the cosine of each sample with its class, less the margin
LossValue margin_cross_entropy(const torch::Tensor& cosines, const torch::Tensor& labels, const torch::Tensor& own, double scale);

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

/// Options of `ArcFace`: see `MarginOptions`. The number of classes has no default that works.
struct ArcFaceOptions : MarginOptions {
  explicit ArcFaceOptions(std::int64_t classes = 0, std::int64_t width = 512) : MarginOptions(classes, width, 64.0, 0.5) {}
  ArcFaceOptions(const MarginOptions& options) : MarginOptions(options) {}  // NOLINT: what a chained setter returns
};

/// ArcFace (Deng et al.: "ArcFace: additive angular margin loss for deep face recognition", CVPR 2019): the cross entropy, mean
/// over the batch, of `s cos_j`, where the angle to the sample's own class is m radians larger: `cos(angle_y + m)`. Beyond
/// pi - m, where that would rise again, it continues as `cos_y - m sin(m)`.
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

/// Options of `CosineDistance`: none.
using CosineDistanceOptions = NoOptions;

/// `mean_b(1 - cos(x_b, y_b))`: the direction of an embedding is learnt from another one's, its teacher's (distillation).
///
/// Output: B x D. Labels: floating point B x D, finite; neither's length matters. A label of length 0 has no direction and gives 1.
class CosineDistanceImpl : public LossModule<CosineDistanceImpl, CosineDistanceOptions> {
 public:
  static constexpr const char* kName = "cosine_distance";
  static constexpr std::array kLabels = {LabelKind::values};

  explicit CosineDistanceImpl(CosineDistanceOptions options = CosineDistanceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(CosineDistance);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/identity_inl.hpp>
#endif
