#pragma once

#include <utility>

#include <faceptor/heads/heatmap.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/landmark.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE LandmarkImpl::LandmarkImpl(LandmarkOptions chosen) : LossModule(std::move(chosen)) {
  expect_option("losses: landmark", "heatmap_size", static_cast<double>(options.heatmap_size()), 1, 8192);
  expect_option("losses: landmark", "radius", options.radius(), 1e-3, 8192);
}

FACEPTOR_INLINE LossValue LandmarkImpl::forward(const torch::Tensor& output, const Labels& labels) {
  constexpr auto kWho = "losses: landmark";
  constexpr double kFarthest = 16;
  expect_floating(kWho, "output", output, {kAny, kAny, kAny, kAny}, "[B, N, h, w]");
  expect_floating(kWho, "labels", labels.primary, {output.size(0), output.size(1), 2}, "points [B, N, 2]");
  // Points in pixels instead of normalised ones are the likeliest mistake here, and would train without a word.
  expect_range(kWho, "labels (normalised points)", labels.primary, -kFarthest, kFarthest);
  const auto truth = labels.primary.to(output.scalar_type());
  const auto predicted = heads::points_from_heatmaps(output.sigmoid());  // B x N x 2
  const auto points = torch::linalg_vector_norm(predicted - truth, 2, {-1}).mean();

  const auto side = options.heatmap_size();
  const auto painted = heads::paint_heatmaps(truth, side, side, options.radius());  // B x N x side x side
  const auto heatmaps = torch::nn::functional::binary_cross_entropy_with_logits(resize_maps(output, side, side), painted);
  return {points * options.point_weight() + heatmaps * options.heatmap_weight(), {{"points", points}, {"heatmaps", heatmaps}}};
}

}  // namespace faceptor::losses
