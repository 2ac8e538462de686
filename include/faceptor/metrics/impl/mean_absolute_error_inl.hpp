#pragma once

#include <cmath>

#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/mean_absolute_error.hpp>
#include <faceptor/metrics/tensors.hpp>

namespace faceptor::metrics {

FACEPTOR_INLINE void MeanAbsoluteError::add(const torch::Tensor& predictions, const Labels& labels) {
  const auto [predicted, truth] = losses::regression("metrics: mean_absolute_error", predictions, labels);
  add(numbers_of(predicted), numbers_of(truth));
}

FACEPTOR_INLINE void MeanAbsoluteError::add(std::span<const double> predicted, std::span<const double> truth) {
  if (predicted.size() != truth.size()) {
    throw Error(ErrorCode::shape, "metrics: mean_absolute_error: as many predictions as labels are needed")
        .expected(std::to_string(truth.size()))
        .found(std::to_string(predicted.size()));
  }
  double sum = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) sum += std::abs(predicted[i] - truth[i]);
  if (!std::isfinite(sum)) {
    throw Error(ErrorCode::argument, "metrics: mean_absolute_error: a value that is not finite");
  }
  sum_ += sum;
  values_ += static_cast<std::int64_t>(truth.size());
}

FACEPTOR_INLINE torch::Tensor MeanAbsoluteError::scores(const torch::Tensor& predictions, const Labels& labels) const {
  return score_each(MeanAbsoluteError(), predictions, labels, [](const auto& one) { return one.result().mean_absolute_error; });
}

FACEPTOR_INLINE MeanAbsoluteError::Result MeanAbsoluteError::result() const { return {values_, share(sum_, static_cast<double>(values_))}; }

FACEPTOR_INLINE nlohmann::json MeanAbsoluteError::report() const {
  return {{"values", values_}, {"mean_absolute_error", number_or_null(result().mean_absolute_error)}};
}

}  // namespace faceptor::metrics
