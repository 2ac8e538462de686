#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/results/task_result.hpp>

/// A face of a photo and what each task says of it.
///
///     float years = face.get<AgeEstimate>().years;                 // the one result of that type
///     auto points = face.get<Landmarks>("align_wflw").points;      // of that type, by the task's name
///     float p = face.get(glasses).probability("eyeglasses");       // by the handle that TaskList::add gave: type and task
///
/// A face that has a name gives references into itself, valid as long as it or a copy of it lives. A temporary one gives copies, so that
/// `const auto& age = analyzer.analyze(photo)[0].get<AgeEstimate>();` is fine too.
namespace faceptor {

class Face {
 public:
  Face() = default;
  /// @param box     where the face is, in photo pixels
  /// @param score   how sure the detector is; 1 for boxes that the user gave
  /// @param points  eyes, nose and mouth corners, where the detector gives them
  explicit Face(Box box, float score = 1, std::optional<FivePoints> points = std::nullopt) : box(box), score(score), points(points) {}

  Box box;
  float score = 1;
  std::optional<FivePoints> points;

  /// The id of the task list that the results were made with, checked when a handle asks; 0 (read from JSON) refuses every handle.
  std::uint64_t task_list = 0;

  /// Appends a task's result. @throws Error(argument) when the task has one already.
  void add(TaskResult result);

  /// The only result of type R. @throws Error(argument) when there is none, or more than one: these are then named.
  template <ResultType R>
  const R& get() const& {
    const TaskResult* only = nullptr;
    bool several = false;
    for (const auto& result : results_) {
      if (!result.holds<R>()) continue;
      several = only != nullptr;
      if (several) break;
      only = &result;
    }
    if (only == nullptr || several) throw_not_one(detail::result_type_name<R>());
    return only->get<R>();
  }
  template <ResultType R>
  R get() const&& {
    return get<R>();
  }
  /// The result of a task. @throws Error(argument) for a task without result, Error(mismatch) when it is of another type.
  template <ResultType R>
  const R& get(std::string_view task) const& {
    return result(task).get<R>();
  }
  template <ResultType R>
  R get(std::string_view task) const&& {
    return get<R>(task);
  }
  /// The result of a task. @throws Error(mismatch) for a handle of another task list, Error(argument) for a task without result.
  template <ResultType R>
  const R& get(const TaskHandle<R>& handle) const& {
    check_handle(handle.list(), handle.task());
    return result(handle.task()).template get<R>();
  }
  template <ResultType R>
  R get(const TaskHandle<R>& handle) const&& {
    return get(handle);
  }

  /// Whether a task of this name has a result.
  bool has(std::string_view task) const noexcept { return find(task) != nullptr; }
  /// Whether any task has a result of type R.
  template <ResultType R>
  bool has() const noexcept {
    for (const auto& result : results_) {
      if (result.holds<R>()) return true;
    }
    return false;
  }
  /// @throws Error(argument) for a task without result, with the nearest known one.
  const TaskResult& result(std::string_view task) const&;
  TaskResult result(std::string_view task) const&& { return result(task); }

  /// The results in the order of the tasks.
  const std::vector<TaskResult>& results() const& noexcept { return results_; }
  std::vector<TaskResult> results() const&& { return results_; }
  auto begin() const noexcept { return results_.begin(); }
  auto end() const noexcept { return results_.end(); }
  std::size_t size() const noexcept { return results_.size(); }

 private:
  const TaskResult* find(std::string_view task) const noexcept;
  void check_handle(std::uint64_t list, const std::string& task) const;
  [[noreturn]] void throw_not_one(const std::string& type) const;

  std::vector<TaskResult> results_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/face_inl.hpp>
#endif
