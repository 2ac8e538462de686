#pragma once

#include <fmt/format.h>

#include <faceptor/losses/checks.hpp>
#include <faceptor/metrics/mean_score.hpp>

namespace faceptor::metrics::detail {

FACEPTOR_INLINE std::int64_t samples_of(const std::string& metric, const torch::Tensor& predictions, const Labels& labels) {
  const auto count = [](const torch::Tensor& tensor) { return tensor.defined() && tensor.dim() > 0 ? tensor.size(0) : -1; };
  if (count(predictions) >= 0 && count(predictions) == count(labels.primary)) return predictions.size(0);
  throw Error(ErrorCode::shape, "metrics: " + metric + ": predictions and labels of as many samples are needed")
      .found(losses::describe(predictions) + " and " + losses::describe(labels.primary));
}

FACEPTOR_INLINE torch::Tensor checked_scores(const std::string& metric, const torch::Tensor& scores, std::int64_t samples) {
  if (!scores.defined() || scores.dim() != 1 || scores.size(0) != samples) {
    throw Error(ErrorCode::shape, "metrics: " + metric + ": not a score a sample")
        .expected(fmt::format("[{}]", samples))
        .found(losses::describe(scores));
  }
  auto here = scores.detach().to(torch::kCPU, torch::kDouble);
  if (!here.isinf().any().item<bool>()) return here;
  throw Error(ErrorCode::argument, "metrics: " + metric + ": a score that is infinite").hint("NaN says that a sample has none");
}

}  // namespace faceptor::metrics::detail
