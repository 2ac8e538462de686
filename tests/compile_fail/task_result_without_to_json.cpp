// expect: a task's `Result` must be copyable and have a `to_json
// A result that has no JSON could not be written.
#include <faceptor/tasks/task_list.hpp>

struct Answer {};

struct Yes {
  using Result = Answer;
  faceptor::TaskSpec spec() const { return {}; }
  Answer read(const torch::Tensor&, const faceptor::ReadoutContext&) const { return {}; }
  std::shared_ptr<faceptor::losses::LossImpl> make_loss() const { return nullptr; }
  std::unique_ptr<faceptor::metrics::Metric> make_metric() const { return nullptr; }
};

faceptor::AnyTask make() { return faceptor::AnyTask(Yes()); }
