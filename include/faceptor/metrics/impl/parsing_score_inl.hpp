#pragma once

#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/parsing_score.hpp>
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

}  // namespace faceptor::metrics
