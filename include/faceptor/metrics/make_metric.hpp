#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/metrics/mean_score.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// The metrics that a weights file can name: those of this library, and those made known by `register_metric`.
Registry<std::function<std::unique_ptr<Metric>()>>& metric_registry();

/// Makes a metric of your own known under its `kName`, so that files which name it find it. More than once does no harm.
/// @throws Error(argument) when another type has the name
template <class M>
void register_metric() {
  static_assert(detail::check_metric<M>());
  if constexpr (MetricType<M>) metric_registry().add(M::kName, &make_metric_of<M>, &typeid(M));
}

/// The names `make_metric` knows.
std::vector<std::string> metric_names();

/// A fresh metric by name, as weights files name it: a metric type's `kName`, with its default options.
/// @throws Error(unsupported) for an unknown name, with the nearest known one
std::unique_ptr<Metric> make_metric(std::string_view name);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/make_metric_inl.hpp>
#endif
