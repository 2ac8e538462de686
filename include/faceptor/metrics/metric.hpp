#pragma once

#include <torch/torch.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/losses/labels.hpp>

/// What all metrics have in common.
///
///     metrics::AgeError ages;
///     ages.add(predicted_years, true_years);               // spans of numbers, or tensors of a batch
///     fmt::print("{:.2f} years\n", *ages.result().mean_absolute_error);
///
/// A metric gathers what it needs of each sample and computes its numbers when asked. Shares and accuracies are 0 to 1, never percent.
/// A number that is not defined (a class that never occurred, no samples yet) is an empty `std::optional`, and null in JSON; never
/// NaN. One of your own is written in a few lines: see `MeanScore`.
namespace faceptor::metrics {

using losses::Labels;

/// What `Metric::scores` are.
struct SampleScore {
  std::string name;
  bool less_is_better = true;
  bool share = false;     ///< 0 to 1, printed in per cent
  std::string unit = {};  ///< "years"
};

/// A metric whose type is not known where it is used, such as a task's in an evaluation.
class Metric {
 public:
  virtual ~Metric() = default;

  /// The metric's `kName`.
  virtual std::string name() const = 0;
  /// Adds a batch. @param predictions, labels  as the metric documents
  /// @throws Error(shape, argument) where they don't fit; then nothing was added
  virtual void add(const torch::Tensor& predictions, const Labels& labels) = 0;
  /// The numbers, by name.
  virtual nlohmann::json report() const = 0;

  /// Of each sample of a batch how good it is: B numbers (float64, CPU), NaN where a sample has none; undefined from a metric that has
  /// no score a sample. Adds nothing. @throws as `add`
  virtual torch::Tensor scores(const torch::Tensor& /*predictions*/, const Labels& /*labels*/) const { return {}; }
  /// What these scores are.
  virtual SampleScore score() const { return {name()}; }
};

/// null for a number that is not defined.
inline nlohmann::json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

/// `sum / count`, not defined for a count of 0.
inline std::optional<double> share(double sum, double count) { return count > 0 ? std::optional<double>(sum / count) : std::nullopt; }

}  // namespace faceptor::metrics
