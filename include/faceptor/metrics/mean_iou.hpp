#pragma once

#include <cstdint>
#include <optional>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/parsing_score.hpp>

namespace faceptor::metrics {

/// Mean intersection over union of all classes, the background included, for any task that labels pixels.
///
/// Predictions and labels as of `ParsingScore`. Classes in neither the truth nor the prediction are left out of the mean.
class MeanIoU : public MetricOf<MeanIoU> {
 public:
  static constexpr const char* kName = "mean_iou";

  struct Result {
    std::int64_t pixels = 0;
    std::optional<double> mean_iou;
  };

  /// @param classes  0: as many as the first batch has scores
  explicit MeanIoU(std::int64_t classes = 0) : pixels_(ParsingScore::Options{classes, std::nullopt}) {}

  using MetricOf::merge;
  void add(const torch::Tensor& predictions, const Labels& labels) override { pixels_.add(predictions, labels); }
  void merge(const MeanIoU& other) { pixels_.merge(other.pixels_); }
  void reset() override { pixels_.reset(); }

  Result result() const {
    const auto all = pixels_.result();
    return {all.pixels, all.mean_iou};
  }
  nlohmann::json report() const override { return {{"pixels", result().pixels}, {"mean_iou", number_or_null(result().mean_iou)}}; }
  nlohmann::json write() const { return pixels_.write(); }
  void read(const nlohmann::json& state) { pixels_.read(state); }

 private:
  ParsingScore pixels_;
};

}  // namespace faceptor::metrics
