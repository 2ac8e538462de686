#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/metrics/landmarks.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/metrics/parsing.hpp>

namespace faceptor::metrics {
namespace detail {

/// The registry with this library's metrics in it.
template <class... Metrics>
struct MetricRegistry : Registry<std::function<std::unique_ptr<Metric>()>> {
  MetricRegistry() : Registry("metric", "metrics::register_metric<YourMetric>()") {
    (add(Metrics::kName, &make_metric_of<Metrics>, &typeid(Metrics)), ...);
  }
};

}  // namespace detail

FACEPTOR_INLINE Registry<std::function<std::unique_ptr<Metric>()>>& metric_registry() {
  static detail::MetricRegistry<Accuracy, AgeError, AttributeScore, Classification, FaceVerification, Identification, LandmarkError,
                                MeanAbsoluteError, MeanIoU, ParsingScore>
      registry;
  return registry;
}

FACEPTOR_INLINE std::vector<std::string> metric_names() { return metric_registry().names(); }

FACEPTOR_INLINE std::unique_ptr<Metric> make_metric(std::string_view name) {
  if (const auto make = metric_registry().find(name)) return (*make)();
  const auto error = metric_registry().unknown(name);
  throw Error(error.code(), "metrics: " + error.summary()).hint(error.hint());
}

}  // namespace faceptor::metrics
