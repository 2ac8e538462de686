#pragma once

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/mean_iou.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void MeanIoU::add(const torch::Tensor& predictions, const Labels& labels) {
  const auto& truth = labels.primary;
  const bool masks = truth.defined() && truth.is_floating_point();
  if (masks ? pixels_.confusion().samples() > 0 : truth.defined() && !both_.empty()) {
    throw Error(ErrorCode::mismatch, "metrics: mean_iou: classes and masks in one metric");
  }
  masks ? add_masks(predictions, labels) : pixels_.add(predictions, labels);
}

FACEPTOR_INLINE void MeanIoU::add_masks(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: mean_iou";
  using losses::kAny;
  losses::expect_floating(kWho, "labels", labels.primary, {kAny, kAny, kAny, kAny}, "masks [B, Q, H, W], or classes [B, H, W]");
  const auto truth = labels.primary.cpu();
  const auto maps = truth.size(1);
  losses::expect_floating(kWho, "predictions", predictions, {truth.size(0), maps, kAny, kAny}, "masks [B, Q, h, w]");
  const auto predicted = predictions.detach().cpu();
  losses::expect_range(kWho, "labels", truth, 0, 1);
  losses::expect_range(kWho, "predictions", predicted, 0, 1);
  const auto known = both_.empty() ? pixels_.confusion().classes() : static_cast<std::int64_t>(both_.size());
  if (known != 0 && known != maps) {
    throw Error(ErrorCode::mismatch, "metrics: mean_iou: another number of masks than before")
        .expected(std::to_string(known))
        .found(std::to_string(maps));
  }
  const auto is = truth > 0.5;                                                           // B x Q x H x W
  const auto said = losses::resize_maps(predicted, truth.size(2), truth.size(3)) > 0.5;  // B x Q x H x W
  const auto both = integers_of(is.logical_and(said).sum({0, 2, 3}));                    // Q
  const auto either = integers_of(is.logical_or(said).sum({0, 2, 3}));                   // Q
  both_.resize(both.size());
  union_.resize(both.size());
  for (std::size_t q = 0; q < both.size(); ++q) {
    both_[q] += both[q];
    union_[q] += either[q];
  }
  mask_pixels_ += truth.numel() / maps;
}

FACEPTOR_INLINE torch::Tensor MeanIoU::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(MeanIoU(pixels_.confusion().classes()), predictions, labels, [](const auto& one) { return one.result().mean_iou; });
}

FACEPTOR_INLINE MeanIoU::Result MeanIoU::result() const {
  if (both_.empty()) {
    const auto all = pixels_.result();
    return {all.pixels, all.mean_iou};
  }
  double sum = 0;
  double defined = 0;
  for (std::size_t q = 0; q < both_.size(); ++q) {
    const auto iou = share(static_cast<double>(both_[q]), static_cast<double>(union_[q]));
    sum += iou.value_or(0);
    defined += iou ? 1 : 0;
  }
  return {mask_pixels_, share(sum, defined)};
}

FACEPTOR_INLINE nlohmann::json MeanIoU::report() const {
  const auto numbers = result();
  return {{"pixels", numbers.pixels}, {"mean_iou", number_or_null(numbers.mean_iou)}};
}

}  // namespace faceptor::metrics
