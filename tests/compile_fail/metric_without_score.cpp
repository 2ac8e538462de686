// expect: a metric derives from metrics::Metric, or has `torch::Tensor operator\(\)
// Neither way to write one.
#include <faceptor/metrics/make_metric.hpp>

struct Degrees {
  static constexpr const char* kName = "degrees";
};

auto make() { return faceptor::metrics::make_metric_of<Degrees>(); }
