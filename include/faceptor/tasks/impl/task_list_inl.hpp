#pragma once

#include <algorithm>
#include <atomic>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/tasks/task_list.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::uint64_t next_task_list_id() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

FACEPTOR_INLINE Error no_loss(const TaskSpec& spec) {
  return Error(ErrorCode::argument, "tasks: a task without a loss can't be trained").where("task \"" + spec.name + "\"");
}

}  // namespace detail

FACEPTOR_INLINE AnyTask::AnyTask(std::shared_ptr<const Concept> model) : model_(std::move(model)), spec_(model_->spec()) {
  spec_.complete();
}

FACEPTOR_INLINE TaskList::TaskList() : id_(detail::next_task_list_id()) {}

FACEPTOR_INLINE std::size_t TaskList::append(AnyTask task) {
  if (contains(task.name())) {
    throw Error(ErrorCode::argument, "tasks: there is a task \"" + task.name() + "\" already")
        .expected("unique names")
        .hint("known: " + text::join(names()));
  }
  // Tasks that share an interpreter or a head must agree on what it is.
  for (const auto& other : tasks_) {
    const auto& a = other.spec();
    const auto& b = task.spec();
    const bool one_interpreter = a.interpreter_group == b.interpreter_group && a.interpreter != b.interpreter;
    const bool one_head = a.head_group == b.head_group && a.head != b.head;
    if (!one_interpreter && !one_head) continue;
    throw Error(ErrorCode::argument, "tasks: \"" + b.name + "\" can't share with \"" + a.name + "\"")
        .expected(one_head ? "one head in the head group \"" + a.head_group + "\""
                           : "one interpreter in the group \"" + a.interpreter_group + "\"")
        .found(one_head ? a.head + " and " + b.head : a.interpreter + " and " + b.interpreter)
        .hint("name a group of its own by .head_group(...) or .interpreter_group(...)");
  }
  tasks_.push_back(std::move(task));
  return tasks_.size() - 1;
}

FACEPTOR_INLINE bool TaskList::contains(std::string_view name) const noexcept {
  return std::any_of(tasks_.begin(), tasks_.end(), [&](const AnyTask& task) { return task.name() == name; });
}

FACEPTOR_INLINE std::size_t TaskList::index(std::string_view name) const {
  const auto it = std::find_if(tasks_.begin(), tasks_.end(), [&](const AnyTask& task) { return task.name() == name; });
  if (it == tasks_.end()) {
    throw Error(ErrorCode::argument, "tasks: there is no task \"" + std::string(name) + "\"").hint(text::suggestion(name, names()));
  }
  return static_cast<std::size_t>(it - tasks_.begin());
}

FACEPTOR_INLINE std::vector<std::string> TaskList::names() const {
  std::vector<std::string> all;
  for (const auto& task : tasks_) all.push_back(task.name());
  return all;
}

FACEPTOR_INLINE std::vector<std::size_t> TaskList::select(std::span<const std::string> names) const {
  std::vector<std::size_t> places;
  for (const auto& name : names) places.push_back(index(name));
  if (names.empty()) {
    for (std::size_t i = 0; i < tasks_.size(); ++i) places.push_back(i);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

FACEPTOR_INLINE TaskList TaskList::only(std::span<const std::string> names) const {
  TaskList part;
  for (const auto i : select(names)) part.append(tasks_[i]);
  return part;
}

}  // namespace faceptor
