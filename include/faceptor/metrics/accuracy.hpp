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

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/accuracy_inl.hpp>
#endif
