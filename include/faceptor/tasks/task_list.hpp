#pragma once

#include <torch/torch.h>

#include <concepts>
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
#include <faceptor/core/error.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/tasks/face_task.hpp>

namespace faceptor {
namespace detail {

/// For a task that can't be trained since it has no loss.
Error no_loss(const TaskSpec& spec);

}  // namespace detail

/// A task of any type. Never changes once made, so that copies share it. What a task means, the task itself says.
class AnyTask {
 public:
  /// @throws Error(argument, unsupported) when the declaration won't do
  template <class T>
  explicit AnyTask(T task) : AnyTask(std::shared_ptr<const Concept>(std::make_shared<const Model<T>>(std::move(task)))) {
    static_assert(detail::check_face_task<T>());
  }

  const TaskSpec& spec() const noexcept { return spec_; }
  const std::string& name() const noexcept { return spec_.name; }

  /// @param raw  one face's output: outputs; outputs x h x w; or the embedding's dimension
  TaskResult read(const torch::Tensor& raw, const ReadoutContext& context) const { return model_->read(raw, context); }
  /// A batch of raw outputs as its metric and protocol take them.
  torch::Tensor predictions(const torch::Tensor& raw) const { return model_->predictions(raw, spec_); }
  /// Its loss's labels as its metric takes them.
  losses::Labels truth(losses::Labels labels) const { return model_->truth(std::move(labels), spec_); }
  /// The steps of a batch from raw outputs towards results, by name. @param crop  the size of the images
  NamedParts parts(const torch::Tensor& raw, Size crop) const { return model_->parts(raw, spec_, crop); }
  /// Whether it says nothing of a face alone, only of pairs of them: evaluated on pairs, with mirror images added.
  bool compares_faces() const { return model_->compares_faces(); }
  /// The protocol that it brings itself; null without. (See `evaluate::make_outcomes`.)
  std::shared_ptr<evaluate::Outcomes> make_outcomes(const datasets::DatasetInfo& set) const { return model_->make_outcomes(spec_, set); }

  /// The module that trains it; its parameters, if it has any, are trained too. May be null.
  /// @throws Error(unsupported) for a loss that this program doesn't have
  std::shared_ptr<losses::LossImpl> make_loss() const { return model_->make_loss(); }
  /// The labels that its loss takes. @throws Error(unsupported) as `make_loss`, Error(argument) for a task without a loss
  losses::LabelNeeds label_needs() const { return model_->label_needs(spec_); }
  /// A fresh accumulator. May be null. @throws Error(unsupported) for a metric that this program doesn't have
  std::unique_ptr<metrics::Metric> make_metric() const { return model_->make_metric(); }

  const std::type_info& result_type() const noexcept { return model_->result_type(); }
  std::string result_type_name() const { return model_->result_type_name(); }

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual TaskSpec spec() const = 0;
    virtual TaskResult read(const torch::Tensor& raw, const ReadoutContext& context) const = 0;
    virtual torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec) const = 0;
    virtual losses::Labels truth(losses::Labels labels, const TaskSpec& spec) const = 0;
    virtual NamedParts parts(const torch::Tensor& raw, const TaskSpec& spec, Size crop) const = 0;
    virtual bool compares_faces() const = 0;
    virtual std::shared_ptr<evaluate::Outcomes> make_outcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) const = 0;
    virtual std::shared_ptr<losses::LossImpl> make_loss() const = 0;
    virtual losses::LabelNeeds label_needs(const TaskSpec& spec) const = 0;
    virtual std::unique_ptr<metrics::Metric> make_metric() const = 0;
    virtual const std::type_info& result_type() const noexcept = 0;
    virtual std::string result_type_name() const = 0;
  };

  template <class T>
  struct Model final : Concept {
    explicit Model(T t) : task(std::move(t)) {}
    TaskSpec spec() const override { return task.spec(); }
    TaskResult read(const torch::Tensor& raw, const ReadoutContext& context) const override {
      if constexpr (std::same_as<typename T::Result, TaskResult>) {
        return task.read(raw, context);
      } else {
        return TaskResult(context.spec.name, typename T::Result(task.read(raw, context)));
      }
    }
    torch::Tensor predictions(const torch::Tensor& raw, const TaskSpec& spec) const override {
      if constexpr (requires { task.predictions(raw, spec); }) {
        return task.predictions(raw, spec);
      } else {
        return raw;
      }
    }
    losses::Labels truth(losses::Labels labels, const TaskSpec& spec) const override {
      if constexpr (requires { task.truth(labels, spec); }) {
        return task.truth(std::move(labels), spec);
      } else {
        return labels;
      }
    }
    NamedParts parts(const torch::Tensor& raw, const TaskSpec& spec, Size crop) const override {
      if constexpr (requires { task.parts(raw, spec, crop); }) {
        return task.parts(raw, spec, crop);
      } else if constexpr (requires { task.parts(raw, crop); }) {
        return task.parts(raw, crop);
      } else {
        return detail::parts_of<T>(raw, spec, crop);
      }
    }
    bool compares_faces() const override {
      if constexpr (requires { task.compares_faces(); }) {
        return task.compares_faces();
      } else {
        return detail::compares_faces<T>();
      }
    }
    std::shared_ptr<evaluate::Outcomes> make_outcomes(const TaskSpec& spec, const datasets::DatasetInfo& set) const override {
      if constexpr (requires { task.make_outcomes(spec, set); }) {
        return task.make_outcomes(spec, set);
      } else {
        return detail::outcomes_of<T>(spec, set);
      }
    }
    std::shared_ptr<losses::LossImpl> make_loss() const override { return task.make_loss(); }
    losses::LabelNeeds label_needs(const TaskSpec& spec) const override {
      if constexpr (requires { task.label_needs(); }) {
        return task.label_needs();
      } else {
        const auto loss = task.make_loss();
        return loss ? loss->label_needs(spec.outputs) : throw detail::no_loss(spec);
      }
    }
    std::unique_ptr<metrics::Metric> make_metric() const override { return task.make_metric(); }
    const std::type_info& result_type() const noexcept override {
      if constexpr (requires { task.result_type(); }) {
        return task.result_type();
      } else {
        return typeid(typename T::Result);
      }
    }
    std::string result_type_name() const override {
      if constexpr (requires { task.result_type_name(); }) {
        return task.result_type_name();
      } else {
        return detail::result_type_name<typename T::Result>();
      }
    }
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
#include <faceptor/tasks/impl/task_list_inl.hpp>
#endif
