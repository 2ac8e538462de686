// expect: a task needs `std::unique_ptr<metrics::Metric> make_metric\(\) const`
// A task that is never evaluated says so by nullptr.
#include <faceptor/tasks/task_list.hpp>

struct Answer {
  friend void to_json(nlohmann::json& out, const Answer&) { out = nlohmann::json::object(); }
};

struct Yes {
  using Result = Answer;
  faceptor::TaskSpec spec() const { return {}; }
  Answer read(const torch::Tensor&, const faceptor::ReadoutContext&) const { return {}; }
  std::shared_ptr<faceptor::losses::LossImpl> make_loss() const { return nullptr; }
};

faceptor::AnyTask make() { return faceptor::AnyTask(Yes()); }
