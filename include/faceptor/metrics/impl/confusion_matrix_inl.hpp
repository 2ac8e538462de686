#pragma once

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/metrics/confusion_matrix.hpp>

namespace faceptor::metrics {

namespace detail {

FACEPTOR_INLINE std::optional<double> ratio(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace detail

FACEPTOR_INLINE ConfusionMatrix::ConfusionMatrix(std::int64_t classes) {
  if (classes != 0) resize(classes);
}

FACEPTOR_INLINE void ConfusionMatrix::resize(std::int64_t classes) {
  constexpr std::int64_t kMost = 1 << 12;
  if (classes < 1 || classes > kMost) {
    throw Error(ErrorCode::argument, "metrics: a confusion matrix of too few or too many classes")
        .expected(fmt::format("1 to {}", kMost))
        .found(std::to_string(classes));
  }
  if (classes_ == classes) return;
  if (classes_ != 0) {
    throw Error(ErrorCode::mismatch, "metrics: confusion matrices of different sizes")
        .expected(fmt::format("{} classes", classes_))
        .found(std::to_string(classes));
  }
  classes_ = classes;
  counts_.assign(static_cast<std::size_t>(classes * classes), 0);
}

FACEPTOR_INLINE std::size_t ConfusionMatrix::cell(std::int64_t truth, std::int64_t predicted) const {
  return static_cast<std::size_t>(truth * classes_ + predicted);
}

FACEPTOR_INLINE void ConfusionMatrix::add(std::span<const std::int64_t> truth, std::span<const std::int64_t> predicted,
                                          std::optional<std::int64_t> ignored) {
  if (truth.size() != predicted.size()) {
    throw Error(ErrorCode::shape, "metrics: as many predictions as true classes are needed")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  const auto valid = [this](std::int64_t c) { return c >= 0 && c < classes_; };
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (ignored && truth[i] == *ignored) continue;
    if (valid(truth[i]) && valid(predicted[i])) continue;
    throw Error(ErrorCode::argument, valid(truth[i]) ? "metrics: a predicted class out of range" : "metrics: a true class out of range")
        .expected(fmt::format("0 to {}", classes_ - 1))
        .found(std::to_string(valid(truth[i]) ? predicted[i] : truth[i]));
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (ignored && truth[i] == *ignored) continue;
    ++counts_[cell(truth[i], predicted[i])];
  }
}

FACEPTOR_INLINE void ConfusionMatrix::merge(const ConfusionMatrix& other) {
  if (other.classes_ == 0) return;
  resize(other.classes_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

FACEPTOR_INLINE std::int64_t ConfusionMatrix::at(std::int64_t truth, std::int64_t predicted) const {
  if (truth < 0 || truth >= classes_ || predicted < 0 || predicted >= classes_) {
    throw Error(ErrorCode::argument, "metrics: no such cell in the confusion matrix")
        .expected(fmt::format("classes below {}", classes_))
        .found(fmt::format("({}, {})", truth, predicted));
  }
  return counts_[cell(truth, predicted)];
}

FACEPTOR_INLINE std::int64_t ConfusionMatrix::samples() const { return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0}); }

FACEPTOR_INLINE std::int64_t ConfusionMatrix::hits() const {
  std::int64_t sum = 0;
  for (std::int64_t c = 0; c < classes_; ++c) sum += at(c, c);
  return sum;
}

FACEPTOR_INLINE std::int64_t ConfusionMatrix::true_count(std::int64_t c) const {
  std::int64_t sum = 0;
  for (std::int64_t other = 0; other < classes_; ++other) sum += at(c, other);
  return sum;
}

FACEPTOR_INLINE std::int64_t ConfusionMatrix::predicted_count(std::int64_t c) const {
  std::int64_t sum = 0;
  for (std::int64_t other = 0; other < classes_; ++other) sum += at(other, c);
  return sum;
}

FACEPTOR_INLINE std::optional<double> ConfusionMatrix::accuracy() const { return detail::ratio(hits(), samples()); }
FACEPTOR_INLINE std::optional<double> ConfusionMatrix::recall(std::int64_t c) const { return detail::ratio(at(c, c), true_count(c)); }
FACEPTOR_INLINE std::optional<double> ConfusionMatrix::precision(std::int64_t c) const {
  return detail::ratio(at(c, c), predicted_count(c));
}
FACEPTOR_INLINE std::optional<double> ConfusionMatrix::f1(std::int64_t c) const {
  return detail::ratio(2 * at(c, c), true_count(c) + predicted_count(c));
}
FACEPTOR_INLINE std::optional<double> ConfusionMatrix::iou(std::int64_t c) const {
  return detail::ratio(at(c, c), true_count(c) + predicted_count(c) - at(c, c));
}

FACEPTOR_INLINE void to_json(nlohmann::json& json, const ConfusionMatrix& matrix) {
  json = {{"classes", matrix.classes()}, {"counts", matrix.counts()}};
}

FACEPTOR_INLINE ConfusionMatrix ConfusionMatrix::from_counts(std::int64_t classes, std::vector<std::int64_t> counts) {
  ConfusionMatrix matrix(classes);
  bool right = counts.size() == matrix.counts_.size();
  for (const auto count : counts) right = right && count >= 0;
  if (!right) throw Error(ErrorCode::format, "metrics: counts that are no confusion matrix").expected("a square of counts");
  matrix.counts_ = std::move(counts);
  return matrix;
}

FACEPTOR_INLINE void from_json(const nlohmann::json& json, ConfusionMatrix& matrix) {
  matrix = ConfusionMatrix::from_counts(json.at("classes").get<std::int64_t>(), json.at("counts").get<std::vector<std::int64_t>>());
}

}  // namespace faceptor::metrics
