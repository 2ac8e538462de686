#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// Attributes: accuracy of each and their mean, balanced accuracy, average precision.
///
/// A probability over the threshold says yes; one of exactly 0.5 says no, as in the reference, where it is rounded to even.
/// Predictions: B x K probabilities (after the sigmoid). Labels: B x K of 0, 1, or -1 for unknown, which is left out.
class AttributeScore : public MetricOf<AttributeScore> {
 public:
  static constexpr const char* kName = "attributes";

  struct Options {
    double threshold = 0.5;
    bool average_precision = true;  ///< keep every probability (5 bytes each), which only this needs
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
  explicit AttributeScore(Options options) : options_(options) {}

  using MetricOf::merge;
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// @param probabilities, truth  row by row, `attributes` of each sample
  void add(std::span<const double> probabilities, std::span<const std::int64_t> truth, std::size_t attributes);
  void merge(const AttributeScore& other);
  void reset() override { *this = AttributeScore(options_); }

  Result result() const;
  nlohmann::json report() const override;
  nlohmann::json write() const;
  void read(const nlohmann::json& state);

 private:
  struct Counts {
    std::int64_t positives = 0, negatives = 0, right_positives = 0, right_negatives = 0;
    std::vector<float> scores;
    std::vector<std::uint8_t> labels;
  };

  void resize(std::size_t attributes);

  Options options_;
  std::vector<Counts> counts_;
};

/// The mean over the positives of the precision among all samples that score as high or higher.
/// Not defined without positives. @param positive  not 0 for positives, as many as scores
std::optional<double> average_precision(std::span<const float> scores, std::span<const std::uint8_t> positive);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/attribute_score_inl.hpp>
#endif
