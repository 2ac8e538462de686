#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/metrics/metric.hpp>

namespace faceptor::metrics {

/// The names `make_metric` knows.
std::vector<std::string> metric_names();

/// A fresh metric of this library by name, as weights files name it: a metric type's `kName`, with its default options.
/// @throws Error(argument) for an unknown name, with the nearest known one
std::unique_ptr<Metric> make_metric(std::string_view name);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/metrics/make_metric_inl.hpp>
#endif
