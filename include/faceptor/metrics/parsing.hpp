#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// Face parsing: F1 and IoU of every class from one confusion matrix over all pixels of all photos.
///
/// The published score is the mean F1 without the background. The reference's mean is no number as soon as one class is in neither
/// the truth nor the prediction; here a class that is not defined is left out of the means, and `undefined` counts it.
///
/// Predictions: B x Q x h x w scores, resized to the labels (bilinear, corners not aligned), or B x H x W classes.
/// Labels: B x H x W classes, 0..Q-1, or the ignored one.
/// A sample's score: its own mean F1, over the classes in its truth or prediction without the background.
class ParsingScore : public Metric {
 public:
  static constexpr const char* kName = "parsing";

  struct Options {
    std::int64_t classes = 0;                    ///< 0: as many as the first batch has scores
    std::optional<std::int64_t> background = 0;  ///< the class that the foreground's means leave out; none leaves out nothing
    std::int64_t ignored = -100;                 ///< pixels with this label are left out
  };

  struct Result {
    std::int64_t pixels = 0;
    std::vector<std::optional<double>> f1;   ///< by class
    std::vector<std::optional<double>> iou;  ///< by class
    std::optional<double> mean_f1;           ///< over the defined classes but the background: the published score
    std::optional<double> mean_iou;          ///< likewise
    std::optional<double> mean_f1_with_background;
    std::optional<double> mean_iou_with_background;
    std::optional<double> pixel_accuracy;
    std::int64_t undefined = 0;  ///< classes in neither the truth nor the prediction
  };

  ParsingScore() : ParsingScore(Options{}) {}
  explicit ParsingScore(Options options) : options_(options), confusion_(options.classes) {}

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"mean F1", false, true}; }
  /// @param predicted, truth  as many pixels
  void add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth);

  Result result() const;
  const ConfusionMatrix& confusion() const { return confusion_; }
  nlohmann::json report() const override;

 private:
  Options options_;
  ConfusionMatrix confusion_;
};

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
#include <faceptor/metrics/impl/parsing_inl.hpp>
#endif
