#pragma once

#include <torch/torch.h>

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

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/class_matrix_inl.hpp>
#endif
