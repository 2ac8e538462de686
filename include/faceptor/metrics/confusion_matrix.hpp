#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::metrics {

/// How often each class was taken for each: rows true, columns predicted.
///
/// Scores of a class c, from its row and column sums; not defined where the divisor is 0:
///   recall = hits / true, precision = hits / predicted, F1 = 2 hits / (true + predicted), IoU = hits / (true + predicted - hits).
class ConfusionMatrix {
 public:
  /// @param classes  0 leaves it open: the first `resize` decides
  explicit ConfusionMatrix(std::int64_t classes = 0);

  /// @param counts  row by row. @throws Error(format) unless they are a square of numbers of at least 0
  static ConfusionMatrix from_counts(std::int64_t classes, std::vector<std::int64_t> counts);

  /// Sets the number of classes of an open matrix. @throws Error(mismatch) if there is another number already
  void resize(std::int64_t classes);

  /// @param truth, predicted  as many classes, each 0..classes-1; samples whose truth is `ignored` are left out
  /// @throws Error(shape, argument)  then nothing was added
  void add(std::span<const std::int64_t> truth, std::span<const std::int64_t> predicted, std::optional<std::int64_t> ignored = {});
  void merge(const ConfusionMatrix& other);

  std::int64_t classes() const { return classes_; }
  /// Row by row.
  const std::vector<std::int64_t>& counts() const { return counts_; }
  std::int64_t at(std::int64_t truth, std::int64_t predicted) const;
  std::int64_t samples() const;
  std::int64_t hits() const;
  std::int64_t true_count(std::int64_t c) const;
  std::int64_t predicted_count(std::int64_t c) const;

  std::optional<double> accuracy() const;
  std::optional<double> recall(std::int64_t c) const;
  std::optional<double> precision(std::int64_t c) const;
  std::optional<double> f1(std::int64_t c) const;
  std::optional<double> iou(std::int64_t c) const;

  friend bool operator==(const ConfusionMatrix&, const ConfusionMatrix&) = default;

 private:
  std::size_t cell(std::int64_t truth, std::int64_t predicted) const;

  std::int64_t classes_ = 0;
  std::vector<std::int64_t> counts_;
};

void to_json(nlohmann::json& json, const ConfusionMatrix& matrix);
/// @throws Error(format), or what nlohmann::json throws
void from_json(const nlohmann::json& json, ConfusionMatrix& matrix);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/confusion_matrix_inl.hpp>
#endif
