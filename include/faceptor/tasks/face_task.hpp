#pragma once

#include <torch/torch.h>

#include <concepts>
#include <memory>
#include <type_traits>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/metrics/metric.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/tasks/readout.hpp>
#include <faceptor/tasks/task_spec.hpp>

/// What a task type must have. `Task` has it all; a task type of your own needs just these members:
///
///     using Result = ...;                                               a result type: copyable, with a to_json
///     TaskSpec spec() const;                                            the declaration
///     Result read(const torch::Tensor& raw, const ReadoutContext&) const;
///     std::shared_ptr<losses::LossImpl> make_loss() const;              for training; may return nullptr
///     std::unique_ptr<metrics::Metric> make_metric() const;             for evaluation; may return nullptr
///
/// It may have the further members of a `Readout`, static or not: `predictions`, `truth`, `parts`, `kComparesFaces`, `Outcomes`.
/// `tasks/example_task.hpp` is a complete one, every member explained.
namespace faceptor {

template <class T>
concept HasTaskResult = requires {
  typename T::Result;
}
&&ResultType<typename T::Result>;

template <class T>
concept HasTaskSpec = requires(const T& task) {
  { task.spec() } -> std::convertible_to<TaskSpec>;
};

template <class T>
concept HasTaskRead = requires(const T& task, const torch::Tensor& raw, const ReadoutContext& context) {
  { task.read(raw, context) } -> std::convertible_to<typename T::Result>;
};

template <class T>
concept HasTaskLoss = requires(const T& task) {
  { task.make_loss() } -> std::convertible_to<std::shared_ptr<losses::LossImpl>>;
};

template <class T>
concept HasTaskMetric = requires(const T& task) {
  { task.make_metric() } -> std::convertible_to<std::unique_ptr<metrics::Metric>>;
};

template <class T>
concept FaceTask = std::copy_constructible<T> && HasTaskResult<T> && HasTaskSpec<T> && HasTaskRead<T> && HasTaskLoss<T> && HasTaskMetric<T>;

namespace detail {

/// Fails to compile with a sentence that says what the task type lacks.
template <class T>
consteval bool check_face_task() {
  static_assert(std::copy_constructible<T>, "faceptor: a task must be copyable");
  static_assert(
      requires { typename T::Result; }, "faceptor: a task needs a member type `Result`: what its raw output is turned into");
  if constexpr (requires { typename T::Result; }) {
    static_assert(ResultType<typename T::Result>,
                  "faceptor: a task's `Result` must be copyable and have a `to_json(nlohmann::json&, const Result&)` beside it");
    static_assert(HasTaskRead<T>, "faceptor: a task needs `Result read(const torch::Tensor& raw, const ReadoutContext& context) const`");
  }
  static_assert(HasTaskSpec<T>, "faceptor: a task needs `TaskSpec spec() const`: its name, kind, outputs and view");
  static_assert(HasTaskLoss<T>, "faceptor: a task needs `std::shared_ptr<losses::LossImpl> make_loss() const`; it may return nullptr");
  static_assert(HasTaskMetric<T>, "faceptor: a task needs `std::unique_ptr<metrics::Metric> make_metric() const`; it may return nullptr");
  return true;
}

}  // namespace detail
}  // namespace faceptor
