#pragma once

#include <functional>
#include <map>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/metrics/accuracy.hpp>
#include <faceptor/metrics/age_error.hpp>
#include <faceptor/metrics/attribute_score.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/identification.hpp>
#include <faceptor/metrics/landmark_error.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/metrics/mean_absolute_error.hpp>
#include <faceptor/metrics/mean_iou.hpp>
#include <faceptor/metrics/parsing_score.hpp>
#include <faceptor/metrics/verification.hpp>

namespace faceptor::metrics {
namespace detail {

using MetricFactories = std::map<std::string, std::function<std::unique_ptr<Metric>()>, std::less<>>;

template <class... Metrics>
MetricFactories metric_factories() {
  return {{Metrics::kName, [] { return std::make_unique<Metrics>(); }}...};
}

FACEPTOR_INLINE const MetricFactories& known_metrics() {
  static const auto known = metric_factories<Accuracy, AgeError, AttributeScore, Classification, FaceVerification, Identification,
                                             LandmarkError, MeanAbsoluteError, MeanIoU, ParsingScore>();
  return known;
}

}  // namespace detail

FACEPTOR_INLINE std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const auto& [name, make] : detail::known_metrics()) names.push_back(name);
  return names;
}

FACEPTOR_INLINE std::unique_ptr<Metric> make_metric(std::string_view name) {
  const auto it = detail::known_metrics().find(name);
  if (it == detail::known_metrics().end()) {
    throw Error(ErrorCode::argument, "metrics: there is no metric \"" + std::string(name) + "\"").hint(text::suggestion(name, metric_names()));
  }
  return it->second();
}

}  // namespace faceptor::metrics
