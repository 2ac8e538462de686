#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/parsing_score.hpp>

namespace faceptor::metrics {

/// Mean intersection over union of all classes, the background included, for any task that labels pixels.
///
/// Classes: predictions and labels as of `ParsingScore`. Soft masks: predictions B x Q x h x w of 0 to 1, resized to the labels
/// (bilinear, corners not aligned); labels B x Q x H x W, floating point, 0 to 1; each map is a class of its own, there where it is
/// over 0.5. Classes in neither the truth nor the prediction are left out of the mean. A sample's score: its own mean.
class MeanIoU : public Metric {
 public:
  static constexpr const char* kName = "mean_iou";

  struct Result {
    std::int64_t pixels = 0;  ///< of all samples; those of a sample count once, however many maps it has
    std::optional<double> mean_iou;
  };

  /// @param classes  or maps; 0: as many as the first batch has
  explicit MeanIoU(std::int64_t classes = 0) : pixels_(ParsingScore::Options{classes, std::nullopt}) {}

  std::string name() const override { return kName; }
  /// @throws Error(mismatch) for masks after classes, the reverse, or another number of them
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"mean IoU", false, true}; }

  Result result() const;
  nlohmann::json report() const override;

 private:
  void add_masks(const torch::Tensor& predictions, const Labels& labels);

  ParsingScore pixels_;              // of classes
  std::vector<std::int64_t> both_;   // of masks: by map, pixels in truth and prediction,
  std::vector<std::int64_t> union_;  // and in one of them at least
  std::int64_t mask_pixels_ = 0;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/mean_iou_inl.hpp>
#endif
