#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// `mean(|x - y|)` over samples and outputs, for any task whose result is numbers.
///
/// Predictions: B x Q, or any shape. Labels: the same shape; for B x 1 also B.
class MeanAbsoluteError : public MetricOf<MeanAbsoluteError> {
 public:
  static constexpr const char* kName = "mean_absolute_error";

  struct Result {
    std::int64_t values = 0;
    std::optional<double> mean_absolute_error;
  };

  using MetricOf::merge;
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// @param predicted, truth  as many numbers, finite
  void add(std::span<const double> predicted, std::span<const double> truth);
  void merge(const MeanAbsoluteError& other);
  void reset() override { *this = MeanAbsoluteError(); }

  Result result() const;
  nlohmann::json report() const override;
  nlohmann::json write() const;
  void read(const nlohmann::json& state);

 private:
  std::int64_t values_ = 0;
  double sum_ = 0;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/mean_absolute_error_inl.hpp>
#endif
