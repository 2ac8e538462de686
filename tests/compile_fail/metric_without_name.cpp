// expect: a metric needs `static constexpr const char\* kName`
// Files name a metric.
#include <faceptor/metrics/make_metric.hpp>

struct Degrees {
  torch::Tensor operator()(const torch::Tensor& predictions, const faceptor::losses::Labels& labels) const {
    return (predictions - labels.primary).abs().mean(1);
  }
};

void make() { faceptor::metrics::register_metric<Degrees>(); }
