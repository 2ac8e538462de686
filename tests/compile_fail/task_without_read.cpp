// expect: a task needs `Result read\(
// A task says what its raw output means.
#include <faceptor/tasks/task_list.hpp>

struct Answer {
  friend void to_json(nlohmann::json& out, const Answer&) { out = nlohmann::json::object(); }
};

struct Yes {
  using Result = Answer;
  faceptor::TaskSpec spec() const { return {}; }
  std::shared_ptr<faceptor::losses::LossImpl> make_loss() const { return nullptr; }
  std::unique_ptr<faceptor::metrics::Metric> make_metric() const { return nullptr; }
};

faceptor::AnyTask make() { return faceptor::AnyTask(Yes()); }
