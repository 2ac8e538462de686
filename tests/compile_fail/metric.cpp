// expect: compiles
// The control of the other metric files: both ways to write one.
#include <faceptor/metrics/make_metric.hpp>

struct Degrees {
  static constexpr const char* kName = "degrees";
  torch::Tensor operator()(const torch::Tensor& predictions, const faceptor::losses::Labels& labels) const {
    return (predictions - labels.primary).abs().mean(1);
  }
};

struct Counter : faceptor::metrics::Metric {
  static constexpr const char* kName = "counter";
  std::string name() const override { return kName; }
  void add(const torch::Tensor&, const faceptor::losses::Labels&) override {}
  nlohmann::json report() const override { return {}; }
};

void make() {
  faceptor::metrics::register_metric<Degrees>();
  faceptor::metrics::register_metric<Counter>();
}
