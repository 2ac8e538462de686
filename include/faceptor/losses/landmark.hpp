#pragma once

#include <torch/torch.h>

#include <array>
#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `Landmark`.
struct LandmarkOptions {
  /// Side of the square on which heatmaps are compared, in pixels.
  TORCH_ARG(std::int64_t, heatmap_size) = 128;
  /// Radius of a painted point, in pixels of that square.
  TORCH_ARG(double, radius) = 5.0;
  /// Weight of the distance between points.
  TORCH_ARG(double, point_weight) = 1.0;
  /// Weight of the comparison of heatmaps.
  TORCH_ARG(double, heatmap_weight) = 1.0;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("heatmap_size", heatmap_size_);
    visit("radius", radius_);
    visit("point_weight", point_weight_);
    visit("heatmap_weight", heatmap_weight_);
  }
};

/// Landmarks as points and as heatmaps: `mean_bn |c(sigmoid(x_bn)) - p_bn| + BCE(resize(x), paint(p))`, c the centre of mass.
///
/// Distances are in normalised units (1 = the side of the map); the binary cross entropy is the mean over samples, points and
/// pixels, on logits resized to `heatmap_size` (bilinear, corners not aligned). See heads/heatmap.hpp for c and paint.
///
/// Output: logits B x N x h x w, one map a point. Labels: true points B x N x 2, normalised x, y; points off the map are allowed.
/// Parts: "points", "heatmaps".
/// The reference's loss for landmarks.
class LandmarkImpl : public LossModule<LandmarkImpl, LandmarkOptions> {
 public:
  static constexpr const char* kName = "landmark";
  static constexpr std::array kLabels = {LabelKind::landmarks};

  explicit LandmarkImpl(LandmarkOptions options = LandmarkOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(Landmark);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/landmark_inl.hpp>
#endif
