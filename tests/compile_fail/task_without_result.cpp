// expect: a task needs a member type `Result`
// A task says what its raw output is turned into.
#include <faceptor/tasks/task_list.hpp>

struct Answer {
  friend void to_json(nlohmann::json& out, const Answer&) { out = nlohmann::json::object(); }
};

struct Yes {
  faceptor::TaskSpec spec() const { return {}; }
  Answer read(const torch::Tensor&, const faceptor::ReadoutContext&) const { return {}; }
  std::shared_ptr<faceptor::losses::LossImpl> make_loss() const { return nullptr; }
  std::unique_ptr<faceptor::metrics::Metric> make_metric() const { return nullptr; }
};

faceptor::AnyTask make() { return faceptor::AnyTask(Yes()); }
