#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>

/// Tensors as the numbers that metrics count with.
namespace faceptor::metrics {

/// All elements in order, wherever and of whatever type they are.
std::vector<std::int64_t> integers_of(const torch::Tensor& tensor);
std::vector<double> numbers_of(const torch::Tensor& tensor);

/// The predicted class of each sample: the greatest of the scores along dimension 1 (the first of equals), or the predictions
/// themselves if they are whole numbers.
/// @param predictions  scores B x Q x ..., floating point, or classes B x ..., whole numbers
torch::Tensor predicted_classes(const torch::Tensor& predictions);

/// One sample of a batch, as a batch of one on the CPU.
losses::Labels sample_of(const losses::Labels& labels, std::int64_t sample);

/// Of each sample of a batch what a metric says that saw nothing else; what `Metric::scores` gives.
/// @param fresh  a metric that nothing was added to; copyable. It takes the whole batch first, so that the errors are those of its `add`
/// @param value  `std::optional<double> value(const M&)`, of a metric that saw one sample
/// @return       B numbers, float64, CPU; NaN for no value
template <class M, class Value>
torch::Tensor score_each(const M& fresh, const torch::Tensor& predictions, const losses::Labels& labels, Value&& value) {
  M(fresh).add(predictions, labels);
  std::vector<double> scores;
  for (std::int64_t b = 0; b < predictions.size(0); ++b) {
    M one(fresh);
    one.add(predictions.narrow(0, b, 1).cpu(), sample_of(labels, b));
    scores.push_back(std::optional<double>(value(one)).value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return torch::tensor(scores, torch::kDouble);
}

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/tensors_inl.hpp>
#endif
