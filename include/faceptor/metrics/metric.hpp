#pragma once

#include <torch/torch.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/losses/labels.hpp>

/// What all metrics have in common.
///
///     metrics::AgeError ages;
///     ages.add(predicted_years, true_years);               // spans of numbers, or tensors of a batch
///     fmt::print("{:.2f} years\n", *ages.result().mean_absolute_error);
///
/// A metric gathers what it needs of each sample and computes its numbers when asked. Parts gathered on several machines are
/// merged, by way of `state()` where they must travel. Shares and accuracies are 0 to 1, never percent. A number that is not
/// defined (a class that never occurred, no samples yet) is an empty `std::optional`, and null in JSON; never NaN.
namespace faceptor::metrics {

using losses::Labels;

/// A metric whose type is not known where it is used, such as a task's in an evaluation.
class Metric {
 public:
  virtual ~Metric() = default;

  /// The metric's `kName`.
  virtual std::string name() const = 0;
  /// Adds a batch. @param predictions, labels  as the metric documents
  /// @throws Error(shape, argument) where they don't fit; then nothing was added
  virtual void add(const torch::Tensor& predictions, const Labels& labels) = 0;
  /// Adds what another metric gathered. @throws Error(mismatch) for one of another kind, or set up differently
  virtual void merge(const Metric& other) = 0;
  /// Forgets all samples.
  virtual void reset() = 0;
  /// An independent copy.
  virtual std::unique_ptr<Metric> copy() const = 0;
  /// The numbers, by name.
  virtual nlohmann::json report() const = 0;
  /// All that was gathered, for `restore`.
  virtual nlohmann::json state() const = 0;
  /// Takes the place of what was gathered. @throws Error(format, mismatch) for JSON that no `state` of a metric set up alike has written
  virtual void restore(const nlohmann::json& state) = 0;
};

/// The part that is the same for each metric.
/// @tparam Derived  can be copied, and has `kName`,
///   `void merge(const Derived&)`, `nlohmann::json write() const` and `void read(const nlohmann::json&)` of a fresh one
template <class Derived>
class MetricOf : public Metric {
 public:
  std::string name() const final { return Derived::kName; }

  void merge(const Metric& other) final {
    const auto* same = dynamic_cast<const Derived*>(&other);
    if (same == nullptr) {
      throw Error(ErrorCode::mismatch, "metrics: two metrics of different kinds can't be merged").expected(name()).found(other.name());
    }
    derived().merge(*same);
  }

  std::unique_ptr<Metric> copy() const final { return std::make_unique<Derived>(static_cast<const Derived&>(*this)); }

  nlohmann::json state() const final { return {{"metric", name()}, {"state", static_cast<const Derived&>(*this).write()}}; }

  void restore(const nlohmann::json& state) final {
    Derived fresh(derived());
    fresh.reset();
    try {
      if (state.at("metric") != name()) {
        throw Error(ErrorCode::format, "metrics: the state of another metric").expected(name()).found(state.at("metric").dump());
      }
      fresh.read(state.at("state"));
    } catch (const nlohmann::json::exception&) {
      throw Error(ErrorCode::format, "metrics: not the state of a metric").where(name());
    }
    derived() = std::move(fresh);
  }

 private:
  Derived& derived() { return static_cast<Derived&>(*this); }
};

/// null for a number that is not defined.
inline nlohmann::json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

/// `sum / count`, not defined for a count of 0.
inline std::optional<double> share(double sum, double count) { return count > 0 ? std::optional<double>(sum / count) : std::nullopt; }

}  // namespace faceptor::metrics
