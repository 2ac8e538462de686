#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// One class a sample: accuracy, accuracy of each class, and what was taken for what. The number reported for expressions.
///
/// Predictions: B x Q scores (the greatest counts, the first of equals) or B classes. Labels: B classes, 0..Q-1.
class Classification : public MetricOf<Classification> {
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

  using MetricOf::merge;
  void add(const torch::Tensor& predictions, const Labels& labels) override;
  /// @param predicted, truth  as many classes
  void add(std::span<const std::int64_t> predicted, std::span<const std::int64_t> truth);
  void merge(const Classification& other) { confusion_.merge(other.confusion_); }
  void reset() override { confusion_.reset(); }

  Result result() const;
  const ConfusionMatrix& confusion() const { return confusion_; }
  nlohmann::json report() const override;
  nlohmann::json write() const { return confusion_; }
  void read(const nlohmann::json& state) { confusion_.merge(state.get<ConfusionMatrix>()); }

 private:
  ConfusionMatrix confusion_;
};

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/classification_inl.hpp>
#endif
