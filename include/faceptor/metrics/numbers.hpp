#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// `mean(|x - y|)` over samples and outputs, for any task whose result is numbers.
///
/// Predictions: B x Q, or any shape. Labels: the same shape; for B x 1 also B. Maps B x Q x h x w may be of another size than the
/// labels B x Q x H x W: they are resized to it (bilinear, corners not aligned). A sample's score: the mean over its values.
class MeanAbsoluteError : public Metric {
 public:
  static constexpr const char* kName = "mean_absolute_error";

  struct Result {
    std::int64_t values = 0;
    std::optional<double> mean_absolute_error;
  };

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"MAE"}; }
  /// @param predicted, truth  as many numbers, finite
  void add(std::span<const double> predicted, std::span<const double> truth);

  Result result() const;
  nlohmann::json report() const override;

 private:
  std::int64_t values_ = 0;
  double sum_ = 0;
};

/// Age: mean absolute error, cumulative score, epsilon error, and the error by age group.
///
/// Predictions: B years, or B x 1. Labels: B years. A sample's score: its absolute error.
class AgeError : public Metric {
 public:
  static constexpr const char* kName = "age_error";

  struct Options {
    std::vector<double> within{5};           ///< n of CS@n, in years
    double deviation = 3;                    ///< of the epsilon error, in years
    std::vector<double> groups{20, 40, 60};  ///< first ages of all groups but the first, ascending
  };

  struct CumulativeScore {
    double years = 0;             ///< n
    std::optional<double> share;  ///< of samples whose error is at most n
  };

  struct Group {
    std::optional<double> from, below;  ///< true ages from <= a < below
    std::int64_t samples = 0;
    std::optional<double> mean_absolute_error;
  };

  struct Result {
    std::int64_t samples = 0;
    std::optional<double> mean_absolute_error;  ///< years
    std::vector<CumulativeScore> cumulative;
    std::optional<double> epsilon_error;  ///< 1 - mean(exp(-(a - t)^2 / (2 deviation^2))), 0 to 1
    std::vector<Group> groups;
  };

  AgeError() : AgeError(Options{}) {}
  /// @throws Error(argument) for a deviation not over 0, or groups out of order
  explicit AgeError(Options options);

  std::string name() const override { return kName; }
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override;
  SampleScore score() const override { return {"MAE", true, false, "years"}; }
  /// @param predicted, truth  as many ages in years, finite
  void add(std::span<const double> predicted, std::span<const double> truth);

  Result result() const;
  nlohmann::json report() const override;

 private:
  Options options_;
  std::vector<std::int64_t> within_;         // as options_.within
  double likeness_ = 0;                      // sum of the exponentials
  std::vector<std::int64_t> group_samples_;  // one more than options_.groups
  std::vector<double> group_errors_;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/numbers_inl.hpp>
#endif
