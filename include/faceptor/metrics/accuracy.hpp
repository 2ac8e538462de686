#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// The share of right answers, for any task with classes or with yes and no.
///
/// Classes: predictions B x Q scores (the greatest counts) or B classes, labels B classes.
/// Yes and no: predictions B x Q probabilities (over 0.5 is yes), labels B x Q of 0, 1, or -1 for unknown, which is left out.
class Accuracy : public MetricOf<Accuracy> {
 public:
  static constexpr const char* kName = "accuracy";

  struct Result {
    std::int64_t answers = 0;
    std::optional<double> accuracy;
  };

  using MetricOf::merge;
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// @param predicted, truth  as many classes
  void add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth);
  void merge(const Accuracy& other);
  void reset() override { *this = Accuracy(); }

  Result result() const;
  nlohmann::json report() const override;
  nlohmann::json write() const;
  void read(const nlohmann::json& state);

 private:
  std::int64_t answers_ = 0;
  std::int64_t right_ = 0;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/accuracy_inl.hpp>
#endif
