#pragma once

#include <torch/torch.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/nn/guard.hpp>

/// Metrics of one's own.
///
///     struct Degrees {                                                      // the mean of a score a sample
///       static constexpr const char* kName = "degrees";
///       static constexpr const char* kUnit = "degrees";                     // optional, as the two below
///       torch::Tensor operator()(const torch::Tensor& predictions, const losses::Labels& labels) const {
///         return (predictions - labels.primary).abs().mean(1);              // B x 3 angles to B scores
///       }
///     };
///
/// `static constexpr bool kLessIsBetter` (true) and `kShare` (false: 0 to 1, printed in per cent) say how to read the score. It is a
/// metric wherever one is asked for. A score that is no mean over samples derives from `Metric`, and has `kName` too.
namespace faceptor::metrics {

template <class M>
concept HasMetricName = requires {
  { M::kName } -> std::convertible_to<const char*>;
};

/// The short form: B scores of a batch. NaN: this sample has none.
template <class M>
concept ScoresSamples = requires(const M& metric, const torch::Tensor& predictions, const Labels& labels) {
  { metric(predictions, labels) } -> std::convertible_to<torch::Tensor>;
};

/// What can be a task's metric: the short form, or a class derived from `Metric`.
template <class M>
concept MetricType = HasMetricName<M> && std::default_initializable<M> &&(std::derived_from<M, Metric> || ScoresSamples<M>);

namespace detail {

/// Fails to compile with a sentence that says what the metric lacks.
template <class M>
consteval bool check_metric() {
  static_assert(HasMetricName<M>, "faceptor: a metric needs `static constexpr const char* kName`");
  static_assert(std::derived_from<M, Metric> || ScoresSamples<M>,
                "faceptor: a metric derives from metrics::Metric, or has `torch::Tensor operator()(const torch::Tensor& predictions, const "
                "losses::Labels& labels) const` that gives a score a sample");
  static_assert(!(std::derived_from<M, Metric> && std::is_abstract_v<M>),
                "faceptor: a metric derived from metrics::Metric needs `std::string name() const`, `void add(const torch::Tensor& "
                "predictions, const losses::Labels& labels)` and `nlohmann::json report() const`");
  static_assert(std::is_abstract_v<M> || std::default_initializable<M>, "faceptor: a metric needs a constructor without arguments");
  return true;
}

/// B scores as `Metric::scores` gives them, on the CPU and in float64.
/// @throws Error(shape) unless there is one a sample, Error(argument) for one that is infinite
torch::Tensor checked_scores(const std::string& metric, const torch::Tensor& scores, std::int64_t samples);
/// How many samples a batch has. @throws Error(shape) unless predictions and labels are of as many
std::int64_t samples_of(const std::string& metric, const torch::Tensor& predictions, const Labels& labels);

}  // namespace detail

/// The mean of a score a sample: the metric that a class of the short form stands for. A score of NaN is left out.
template <ScoresSamples M>
class MeanScore final : public Metric {
 public:
  static constexpr const char* kName = M::kName;

  explicit MeanScore(M metric = M()) : metric_(std::move(metric)) {}

  std::string name() const override { return kName; }

  void add(const torch::Tensor& predictions, const Labels& labels) override {
    const torch::Tensor all = scores(predictions, labels);
    samples_ += all.isnan().logical_not().sum().item<std::int64_t>();
    sum_ += all.nansum().item<double>();
  }

  /// {"samples": with a score, kName: their mean, or null}
  nlohmann::json report() const override {
    return {{"samples", samples_}, {kName, number_or_null(share(sum_, static_cast<double>(samples_)))}};
  }

  torch::Tensor scores(const torch::Tensor& predictions, const Labels& labels) const override {
    const torch::NoGradGuard no_grad;
    const auto samples = detail::samples_of(kName, predictions, labels);
    return detail::checked_scores(kName, guarded("metrics: " + name(), [&]() -> torch::Tensor { return metric_(predictions, labels); }),
                                  samples);
  }

  SampleScore score() const override {
    SampleScore score{kName};
    if constexpr (requires { M::kLessIsBetter; }) score.less_is_better = M::kLessIsBetter;
    if constexpr (requires { M::kShare; }) score.share = M::kShare;
    if constexpr (requires { M::kUnit; }) score.unit = M::kUnit;
    return score;
  }

 private:
  M metric_;
  std::int64_t samples_ = 0;
  double sum_ = 0;
};

/// A fresh metric of that type, whichever way it is written.
template <class M>
std::unique_ptr<Metric> make_metric_of() {
  static_assert(detail::check_metric<M>());
  if constexpr (!MetricType<M>) {
    return nullptr;  // the sentence above is all that the compiler should say
  } else if constexpr (std::derived_from<M, Metric>) {
    return std::make_unique<M>();
  } else {
    return std::make_unique<MeanScore<M>>();
  }
}

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/mean_score_inl.hpp>
#endif
