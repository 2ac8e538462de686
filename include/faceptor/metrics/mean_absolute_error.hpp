#pragma once

#include <cstdint>
#include <optional>
#include <span>

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

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/mean_absolute_error_inl.hpp>
#endif
