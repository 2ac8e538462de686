// expect: a task needs `TaskSpec spec\(\) const`
// A task declares itself.
#include <faceptor/tasks/task_list.hpp>

struct Answer {
  friend void to_json(nlohmann::json& out, const Answer&) { out = nlohmann::json::object(); }
};

struct Yes {
  using Result = Answer;
  Answer read(const torch::Tensor&, const faceptor::ReadoutContext&) const { return {}; }
  std::shared_ptr<faceptor::losses::LossImpl> make_loss() const { return nullptr; }
  std::unique_ptr<faceptor::metrics::Metric> make_metric() const { return nullptr; }
};

faceptor::AnyTask make() { return faceptor::AnyTask(Yes()); }
