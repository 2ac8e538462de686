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

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/classification_inl.hpp>
#endif
