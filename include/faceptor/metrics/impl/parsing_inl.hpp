#pragma once

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/parsing.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

namespace detail {

/// The mean of the defined scores, one class left out or none.
FACEPTOR_INLINE std::optional<double> mean_of_defined(const std::vector<std::optional<double>>& scores,
                                                      std::optional<std::int64_t> without) {
  double sum = 0;
  double count = 0;
  for (std::size_t c = 0; c < scores.size(); ++c) {
    if (!scores[c] || (without && static_cast<std::int64_t>(c) == *without)) continue;
    sum += *scores[c];
    ++count;
  }
  return share(sum, count);
}

FACEPTOR_INLINE nlohmann::json numbers_or_nulls(const std::vector<std::optional<double>>& values) {
  auto json = nlohmann::json::array();
  for (const auto& value : values) json.push_back(number_or_null(value));
  return json;
}

}  // namespace detail

FACEPTOR_INLINE void ParsingScore::add(const torch::Tensor& predictions, const Labels& labels) {
  constexpr auto kWho = "metrics: parsing";
  using losses::kAny;
  const auto& truth = labels.primary;
  losses::expect_integers(kWho, "labels", truth, {kAny, kAny, kAny}, "classes [B, H, W]");
  if (!predictions.defined() || !predictions.is_floating_point()) {
    losses::expect_integers(kWho, "predictions", predictions, truth.sizes().vec(), "classes [B, H, W] or scores [B, Q, h, w]");
    add(integers_of(predictions), integers_of(truth));
    return;
  }
  losses::expect_shape(kWho, "predictions", predictions, {truth.size(0), kAny, kAny, kAny}, "scores [B, Q, h, w]");
  confusion_.resize(predictions.size(1));
  add(integers_of(losses::resize_maps(predictions.detach(), truth.size(1), truth.size(2)).argmax(1)), integers_of(truth));
}

FACEPTOR_INLINE void ParsingScore::add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth) {
  if (confusion_.classes() == 0) {
    throw Error(ErrorCode::argument, "metrics: parsing: the number of classes is not known")
        .hint("give it to the constructor, or add scores instead of classes");
  }
  confusion_.add(truth, predicted, options_.ignored);
}

FACEPTOR_INLINE torch::Tensor ParsingScore::scores(const torch::Tensor& predictions, const Labels& labels) const {
  auto options = options_;
  options.classes = confusion_.classes();
  return score_each(ParsingScore(options), predictions, labels, [](const auto& one) { return one.result().mean_f1; });
}

FACEPTOR_INLINE ParsingScore::Result ParsingScore::result() const {
  Result result;
  result.pixels = confusion_.samples();
  for (std::int64_t c = 0; c < confusion_.classes(); ++c) {
    result.f1.push_back(confusion_.f1(c));
    result.iou.push_back(confusion_.iou(c));
    result.undefined += result.f1.back() ? 0 : 1;
  }
  result.mean_f1 = detail::mean_of_defined(result.f1, options_.background);
  result.mean_iou = detail::mean_of_defined(result.iou, options_.background);
  result.mean_f1_with_background = detail::mean_of_defined(result.f1, std::nullopt);
  result.mean_iou_with_background = detail::mean_of_defined(result.iou, std::nullopt);
  result.pixel_accuracy = confusion_.accuracy();
  return result;
}

FACEPTOR_INLINE nlohmann::json ParsingScore::report() const {
  const auto numbers = result();
  return {{"pixels", numbers.pixels},
          {"f1", detail::numbers_or_nulls(numbers.f1)},
          {"iou", detail::numbers_or_nulls(numbers.iou)},
          {"mean_f1", number_or_null(numbers.mean_f1)},
          {"mean_iou", number_or_null(numbers.mean_iou)},
          {"mean_f1_with_background", number_or_null(numbers.mean_f1_with_background)},
          {"mean_iou_with_background", number_or_null(numbers.mean_iou_with_background)},
          {"pixel_accuracy", number_or_null(numbers.pixel_accuracy)},
          {"undefined_classes", numbers.undefined}};
}

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
