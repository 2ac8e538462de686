#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// The share of right answers, for any task with classes or with yes and no.
///
/// Classes: predictions B x Q scores (the greatest counts) or B classes, labels B classes.
/// Yes and no: predictions B x Q probabilities (over 0.5 is yes), labels B x Q of 0, 1, or -1 for unknown, which is left out.
/// A sample's score: the share of its answers that are right; none where no answer is known.
class Accuracy : public Metric {
 public:
  static constexpr const char* kName = "accuracy";

  struct Result {
    std::int64_t answers = 0;
    std::optional<double> accuracy;
  };

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"accuracy", false, true}; }
  /// @param predicted, truth  as many classes
  void add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth);

  Result result() const;
  nlohmann::json report() const override;

 private:
  std::int64_t answers_ = 0;
  std::int64_t right_ = 0;
};

/// One class a sample: accuracy, accuracy of each class, and what was taken for what. The number reported for expressions.
///
/// Predictions: B x Q scores (the greatest counts, the first of equals) or B classes. Labels: B classes, 0..Q-1.
/// A sample's score: 1 for a right answer, 0 for a wrong one.
class Classification : public Metric {
 public:
  static constexpr const char* kName = "classification";

  struct Result {
    std::int64_t samples = 0;
    std::optional<double> accuracy;
    std::vector<std::optional<double>> class_accuracies;  ///< of the true samples of a class, the share recognised (recall)
    std::optional<double> mean_class_accuracy;            ///< over the classes that occurred
  };

  /// @param classes  0: as many as the first batch has scores
  explicit Classification(std::int64_t classes = 0) : confusion_(classes) {}

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"accuracy", false, true}; }
  /// @param predicted, truth  as many classes
  void add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth);

  Result result() const;
  const ConfusionMatrix& confusion() const { return confusion_; }
  nlohmann::json report() const override;

 private:
  ConfusionMatrix confusion_;
};

/// Attributes: accuracy of each and their mean, balanced accuracy, average precision.
///
/// A probability over the threshold says yes; one of exactly 0.5 says no, as in the reference, where it is rounded to even.
/// Predictions: B x K probabilities (after the sigmoid). Labels: B x K of 0, 1, or -1 for unknown, which is left out.
/// A sample's score: the share of its known attributes that are right; none where none is known.
class AttributeScore : public Metric {
 public:
  static constexpr const char* kName = "attributes";

  struct Options {
    std::vector<double> thresholds{};  ///< one an attribute, which also says how many there are; none: 0.5 for each
    bool average_precision = true;     ///< keep every probability (5 bytes each), which only this needs
  };

  struct Attribute {
    std::int64_t samples = 0;
    std::int64_t positives = 0;
    std::optional<double> accuracy;
    std::optional<double> balanced_accuracy;  ///< mean of the accuracies on true positives and on true negatives
    std::optional<double> average_precision;  ///< mean over the positives of the precision at each; equal scores count together
  };

  struct Result {
    std::vector<Attribute> attributes;
    std::optional<double> mean_accuracy;  ///< over the attributes that are defined: the published score
    std::optional<double> mean_balanced_accuracy;
    std::optional<double> mean_average_precision;
  };

  AttributeScore() : AttributeScore(Options{}) {}
  explicit AttributeScore(Options options) : options_(std::move(options)), counts_(options_.thresholds.size()) {}

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"accuracy", false, true}; }
  /// @param probabilities, truth  row by row, `attributes` of each sample
  void add(std::span<const double> probabilities, std::span<const std::int64_t> truth, std::size_t attributes);

  Result result() const;
  nlohmann::json report() const override;

 private:
  struct Counts {
    std::int64_t positives = 0, negatives = 0, right_positives = 0, right_negatives = 0;
    std::vector<float> scores;
    std::vector<std::uint8_t> labels;
  };

  Options options_;
  std::vector<Counts> counts_;
};

/// The mean over the positives of the precision among all samples that score as high or higher.
/// Not defined without positives. @param positive  not 0 for positives, as many as scores
std::optional<double> average_precision(std::span<const float> scores, std::span<const std::uint8_t> positive);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/classification_inl.hpp>
#endif
