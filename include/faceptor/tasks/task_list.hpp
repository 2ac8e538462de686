#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/tasks/face_task.hpp>

namespace faceptor {

/// A task of any type. Never changes once made, so that copies share it.
class AnyTask {
 public:
  /// @throws Error(argument) when the declaration won't do
  template <class T>
  explicit AnyTask(T task) : AnyTask(std::shared_ptr<const Concept>(std::make_shared<const Model<T>>(std::move(task)))) {
    static_assert(detail::check_face_task<T>());
  }

  const TaskSpec& spec() const noexcept { return spec_; }
  const std::string& name() const noexcept { return spec_.name; }

  /// @param raw  one face's output: outputs; outputs x h x w; or the embedding's dimension
  TaskResult interpret(const torch::Tensor& raw, const InterpretContext& context) const { return model_->interpret(raw, context); }
  /// The module that trains it; its parameters, if it has any, are trained too. May be null.
  std::shared_ptr<losses::LossImpl> make_loss() const { return model_->make_loss(); }
  /// A fresh accumulator. May be null.
  std::unique_ptr<metrics::Metric> make_metric() const { return model_->make_metric(); }

  const std::type_info& result_type() const noexcept { return model_->result_type(); }
  std::string result_type_name() const { return model_->result_type_name(); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual TaskSpec spec() const = 0;
    virtual TaskResult interpret(const torch::Tensor& raw, const InterpretContext& context) const = 0;
    virtual std::shared_ptr<losses::LossImpl> make_loss() const = 0;
    virtual std::unique_ptr<metrics::Metric> make_metric() const = 0;
    virtual const std::type_info& result_type() const noexcept = 0;
    virtual std::string result_type_name() const = 0;
  };

  template <class T>
  struct Model final : Concept {
    explicit Model(T t) : task(std::move(t)) {}
    TaskSpec spec() const override { return task.spec(); }
    TaskResult interpret(const torch::Tensor& raw, const InterpretContext& context) const override {
      return TaskResult(context.spec.name, typename T::Result(task.interpret(raw, context)));
    }
    std::shared_ptr<losses::LossImpl> make_loss() const override { return task.make_loss(); }
    std::unique_ptr<metrics::Metric> make_metric() const override { return task.make_metric(); }
    const std::type_info& result_type() const noexcept override { return typeid(typename T::Result); }
    std::string result_type_name() const override { return detail::result_type_name<typename T::Result>(); }
    T task;
  };

  explicit AnyTask(std::shared_ptr<const Concept> model);

  std::shared_ptr<const Concept> model_;
  TaskSpec spec_;
};

/// The tasks of a model: unique names, stable order, and a typed handle for each.
///
///     TaskList tasks = published::base();
///     auto glasses = tasks.add(Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>("glasses")
///                                  .labels({"eyeglasses", "sunglasses"}));
///     float p = face.get(glasses).probability("eyeglasses");
///
/// A copy stands for the same list: its handles are good for both. Weights belong to tasks by name, so that adding or removing a
/// task never moves another's.
class TaskList {
 public:
  TaskList();

  /// Appends a task. @return a `TaskHandle` to its results
  /// @throws Error(argument) when its declaration won't do, or a task of that name is there already
  template <class T>
  auto add(T task) {
    static_assert(detail::check_face_task<T>());  // before the return type needs `Result`
    const auto place = append(AnyTask(std::move(task)));
    return TaskHandle<typename T::Result>(id_, place, tasks_[place].name());
  }
  /// The same for a task whose type is not known here; `handle` gives the handle. @return its place
  std::size_t append(AnyTask task);

  /// A handle to a task by its name.
  /// @throws Error(argument) for an unknown name, Error(mismatch) when the task's results are of another type
  template <ResultType R>
  TaskHandle<R> handle(std::string_view name) const {
    const auto i = index(name);
    if (tasks_[i].result_type() != typeid(R)) {
      detail::throw_wrong_result_type(tasks_[i].name(), tasks_[i].result_type_name(), detail::result_type_name<R>());
    }
    return TaskHandle<R>(id_, i, tasks_[i].name());
  }

  std::size_t size() const noexcept { return tasks_.size(); }
  bool empty() const noexcept { return tasks_.empty(); }
  const AnyTask& operator[](std::size_t i) const { return tasks_.at(i); }
  auto begin() const noexcept { return tasks_.begin(); }
  auto end() const noexcept { return tasks_.end(); }

  bool contains(std::string_view name) const noexcept;
  /// @throws Error(argument) for an unknown name, with the nearest known one
  std::size_t index(std::string_view name) const;
  const AnyTask& at(std::string_view name) const { return tasks_[index(name)]; }
  std::vector<std::string> names() const;

  /// The places of the named tasks, in the list's order, each once. No names stand for all tasks.
  /// @throws Error(argument) for an unknown name, with the nearest known one
  std::vector<std::size_t> select(std::span<const std::string> names) const;

  /// A new list of the named tasks, in this list's order. @throws Error(argument) for an unknown name
  TaskList only(std::span<const std::string> names) const;

  /// Tells this list's handles from those of others.
  std::uint64_t id() const noexcept { return id_; }

 private:
  std::uint64_t id_;
  std::vector<AnyTask> tasks_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/tasks/task_list_inl.hpp>
#endif
