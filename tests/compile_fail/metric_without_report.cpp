// expect: a metric derived from metrics::Metric needs `std::string name\(\) const`
// Derived, and one of its members is missing.
#include <faceptor/metrics/make_metric.hpp>

struct Counter : faceptor::metrics::Metric {
  static constexpr const char* kName = "counter";
  std::string name() const override { return kName; }
  void add(const torch::Tensor&, const faceptor::losses::Labels&) override {}
};

auto make() { return faceptor::metrics::make_metric_of<Counter>(); }
