#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/make_loss.hpp>
#include <faceptor/metrics/make_metric.hpp>
#include <faceptor/tasks/task_list.hpp>

namespace faceptor {

/// A task rebuilt from its declaration, such as a weights file's: everything comes from the spec, by name.
/// @tparam Reader  how the raw output is read, with its result type
template <class Reader, class R>
class DeclaredTask {
 public:
  using Result = R;

  explicit DeclaredTask(TaskSpec spec) : spec_(std::move(spec)) {}

  TaskSpec spec() const { return spec_; }
  Result interpret(const torch::Tensor& raw, const InterpretContext& context) const { return Reader::read(raw, context); }
  std::shared_ptr<losses::LossImpl> make_loss() const {
    return spec_.loss.empty() ? nullptr : losses::make_loss(spec_.loss, spec_.loss_options, spec_.outputs);
  }
  std::unique_ptr<metrics::Metric> make_metric() const { return spec_.metric.empty() ? nullptr : metrics::make_metric(spec_.metric); }

 private:
  TaskSpec spec_;
};

/// Makes a task from its declaration.
using TaskFactory = std::function<AnyTask(const TaskSpec&)>;

/// Lets declarations of that interpretation be rebuilt. Thread-safe; a later factory of a name replaces an earlier one.
void register_interpretation(const std::string& name, TaskFactory factory);

/// The same for a class with the members of an `Interpretation` and `Result`.
template <class Reader>
void register_interpretation() {
  register_interpretation(Reader::kName, [](const TaskSpec& spec) { return AnyTask(DeclaredTask<Reader, typename Reader::Result>(spec)); });
}

/// The task that a declaration stands for. An interpretation that is not known here (a user's own, in a program that doesn't
/// have it) is read as plain values, maps or an embedding, and a warning says so.
/// @throws Error(argument) when the declaration won't do
AnyTask task_from_spec(const TaskSpec& spec);

/// The tasks of an array of declarations, in order. @throws Error(format) when it isn't one, Error(argument) as above
TaskList task_list_from_json(const nlohmann::json& declarations);
nlohmann::json task_list_to_json(const TaskList& tasks);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/tasks/task_registry_inl.hpp>
#endif
