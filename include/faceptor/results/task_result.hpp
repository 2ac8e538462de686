#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <nlohmann/json_fwd.hpp>

/// One task's result, whatever its type.
///
/// A result type is any copyable struct with a `to_json(nlohmann::json&, const R&)` beside it; `static constexpr std::string_view
/// kTypeName` gives the name that stands in JSON and messages (the C++ name without it). To be read back from JSON it needs a
/// `from_json` as well, and one call of `register_result<R>()`.
namespace faceptor {

template <class R>
concept ResultType = std::copyable<R> && requires(nlohmann::json& out, const R& value) {
  to_json(out, value);
};

namespace detail {

/// The readable name of a C++ type.
std::string demangled(const std::type_info& type);

template <class R>
std::string result_type_name() {
  if constexpr (requires { std::string(R::kTypeName); }) {
    return std::string(R::kTypeName);
  } else {
    return demangled(typeid(R));
  }
}

/// What `TaskResult` knows of the value it holds.
class ResultHolder {
 public:
  virtual ~ResultHolder() = default;
  virtual const std::type_info& type() const noexcept = 0;
  virtual std::string type_name() const = 0;
  virtual void write(nlohmann::json& out, bool full) const = 0;
};

template <ResultType R>
class HeldResult final : public ResultHolder {
 public:
  explicit HeldResult(R held) : value(std::move(held)) {}
  const std::type_info& type() const noexcept override { return typeid(R); }
  std::string type_name() const override { return result_type_name<R>(); }
  void write(nlohmann::json& out, bool full) const override {
    if constexpr (requires { to_full_json(out, value); }) {
      if (full) return to_full_json(out, value);
    }
    to_json(out, value);
  }

  const R value;
};

[[noreturn]] void throw_wrong_result_type(const std::string& task, const std::string& stored, const std::string& asked);

}  // namespace detail

/// A result of any type, with the name of the task that made it. Never changes once made, so that copies share the value.
class TaskResult {
 public:
  /// @throws Error(argument) when the task has no name.
  template <ResultType R>
  TaskResult(std::string task, R value) : TaskResult(std::move(task), std::make_shared<const detail::HeldResult<R>>(std::move(value))) {}

  const std::string& task() const noexcept { return task_; }
  /// The name of the result's type: "AgeEstimate".
  std::string type_name() const { return holder_->type_name(); }

  template <ResultType R>
  bool holds() const noexcept {
    return holder_->type() == typeid(R);
  }
  /// Valid as long as this result or a copy of it lives. @throws Error(mismatch) when the result is of another type, naming both.
  template <ResultType R>
  const R& get() const {
    if (!holds<R>()) detail::throw_wrong_result_type(task_, type_name(), detail::result_type_name<R>());
    return static_cast<const detail::HeldResult<R>&>(*holder_).value;
  }

  /// The object of this result in JSON: the type's own fields, and "type". @param full  with what is left out by default (vectors
  /// of embeddings). @throws Error(argument) when the type's `to_json` makes something else than an object.
  void write(nlohmann::json& out, bool full = false) const;

 private:
  TaskResult(std::string task, std::shared_ptr<const detail::ResultHolder> holder);

  std::string task_;
  std::shared_ptr<const detail::ResultHolder> holder_;
};

/// As `TaskResult::write` without what is left out by default.
void to_json(nlohmann::json& out, const TaskResult& result);

/// Names one task of one task list, and the type of its results. `TaskList::add` makes them.
template <class R>
class TaskHandle {
 public:
  /// @param list   the id of the task list, unlike that of any other list
  /// @param index  the task's place in that list
  /// @param task   its name
  TaskHandle(std::uint64_t list, std::size_t index, std::string task) : list_(list), index_(index), task_(std::move(task)) {}

  std::uint64_t list() const noexcept { return list_; }
  std::size_t index() const noexcept { return index_; }
  const std::string& task() const noexcept { return task_; }

 private:
  std::uint64_t list_;
  std::size_t index_;
  std::string task_;
};

namespace results {

/// Makes a task's result from its object in JSON.
using ResultReader = std::function<TaskResult(std::string task, const nlohmann::json& object)>;

/// Lets objects whose "type" is `type` be read back; replaces an earlier reader. Thread-safe.
void register_reader(std::string type, ResultReader reader);

/// Lets results of type R be read back, by its `from_json`. The types of this folder are known from the start.
template <ResultType R>
void register_result() {
  register_reader(faceptor::detail::result_type_name<R>(), [](std::string task, const nlohmann::json& object) {
    R value;
    from_json(object, value);
    return TaskResult(std::move(task), std::move(value));
  });
}

/// The types that can be read back, sorted.
std::vector<std::string> registered_types();

/// Reads what `TaskResult::write` wrote.
/// @throws Error(format) when the object or its fields are wrong, Error(unsupported) when its type is not registered.
TaskResult read_task_result(std::string task, const nlohmann::json& object);

}  // namespace results
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/results/task_result_inl.hpp>
#endif
