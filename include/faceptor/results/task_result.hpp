#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
/// kTypeName` gives the name that stands in JSON and messages (the C++ name without it). All else is optional, and declared beside the
/// type as well, where the type is: what is declared later is not found.
///
///     void from_json(const nlohmann::json&, R&);         // with one call of register_result<R>(): written results are read back
///     void to_full_json(nlohmann::json&, const R&);      // with what is too long for JSON by default
///     std::string to_text(const R&);                     // one line for people: "yaw 12°, pitch -3°"
///     void draw_on(PhotoPen&, const R&);                 // how it looks on the photo (photo_pen.hpp)
///
/// Where JSON without what is too long can't be read as R, R names what is: `using Summary = ...` (a result type), and `static constexpr
/// std::string_view kFullField`, the field that only the full JSON has.
namespace faceptor {

class PhotoPen;

template <class R>
concept ResultType = std::copyable<R> && requires(nlohmann::json& out, const R& value) {
  to_json(out, value);
};

/// Results that say in words of their own what they are; others are described by the fields of their JSON.
template <class R>
concept SaysItself = requires(const R& value) {
  { to_text(value) } -> std::convertible_to<std::string>;
};

/// Results that draw themselves on the photo.
template <class R>
concept DrawsItself = requires(PhotoPen& pen, const R& value) {
  draw_on(pen, value);
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
  virtual std::optional<std::string> text() const = 0;  ///< nothing where the type has no `to_text`
  virtual bool draws() const noexcept = 0;
  virtual void draw(PhotoPen& pen) const = 0;
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
  std::optional<std::string> text() const override {
    if constexpr (SaysItself<R>) return to_text(value);
    return std::nullopt;
  }
  bool draws() const noexcept override { return DrawsItself<R>; }
  void draw(PhotoPen& pen) const override {
    if constexpr (DrawsItself<R>) draw_on(pen, value);
    (void)pen;
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

  const std::string& task() const& noexcept { return task_; }
  std::string task() const&& { return task_; }
  /// The name of the result's type: "AgeEstimate".
  std::string type_name() const { return holder_->type_name(); }
  /// The view that the task looked at ("aligned(arcface) 112x112"), or nothing where nobody said.
  const std::string& view() const& noexcept { return view_; }
  std::string view() const&& { return view_; }
  /// The same result, said to be of a view.
  TaskResult of_view(std::string view) const;

  template <ResultType R>
  bool holds() const noexcept {
    return holder_->type() == typeid(R);
  }
  /// Valid as long as this result or a copy of it lives. @throws Error(mismatch) when the result is of another type, naming both.
  template <ResultType R>
  const R& get() const& {
    if (!holds<R>()) detail::throw_wrong_result_type(task_, type_name(), detail::result_type_name<R>());
    return static_cast<const detail::HeldResult<R>&>(*holder_).value;
  }
  /// A copy, since a result that is about to end could take a reference with it.
  template <ResultType R>
  R get() const&& {
    return get<R>();
  }

  /// The object of this result in JSON: the type's own fields, and "type". @param full  with what is left out by default (vectors
  /// of embeddings). @throws Error(argument) when the type's `to_json` makes something else than an object.
  void write(nlohmann::json& out, bool full = false) const;

  /// One line for people, of at most 200 letters: the type's `to_text`, or else the fields of its JSON: numbers,
  /// truths and short texts as "name value, name value", lists of at most 4 numbers written out, all else counted ("points 136 numbers").
  std::string text() const;

  /// Whether the type has a `draw_on`.
  bool draws() const noexcept { return holder_->draws(); }
  /// Draws the result on its face's photo, if the type has a `draw_on`.
  void draw(PhotoPen& pen) const { holder_->draw(pen); }

 private:
  TaskResult(std::string task, std::shared_ptr<const detail::ResultHolder> holder);

  std::string task_, view_;
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

/// Lets objects whose "type" is `type` be read back. Thread-safe. `register_result` is the short way.
/// @param made  the C++ type that the reader makes. Under one name the same type may be registered again, and replaces its reader
/// @throws Error(argument) without a name or function, or when the name stands for another C++ type
void register_reader(const std::string& type, ResultReader reader, const std::type_info* made = nullptr);

namespace detail {

bool has_field(const nlohmann::json& object, std::string_view field);

template <ResultType R>
TaskResult read_as(std::string task, const nlohmann::json& object) {
  if constexpr (requires { typename R::Summary; }) {
    if (!has_field(object, R::kFullField)) return read_as<typename R::Summary>(std::move(task), object);
  }
  R value;
  from_json(object, value);
  return TaskResult(std::move(task), std::move(value));
}

}  // namespace detail

/// Lets results of type R be read back, by its `from_json`. The types of this folder are known from the start.
/// @throws Error(argument) when another type has its name
template <ResultType R>
void register_result() {
  register_reader(faceptor::detail::result_type_name<R>(), detail::read_as<R>, &typeid(R));
}

/// The types that can be read back, in the order in which they came.
std::vector<std::string> registered_types();

/// Reads what `TaskResult::write` wrote.
/// @throws Error(format) when the object or its fields are wrong, Error(unsupported) when its type is not registered, with the nearest
///         known one and how to make one's own known.
TaskResult read_task_result(std::string task, const nlohmann::json& object);

}  // namespace results
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/task_result_inl.hpp>
#endif
