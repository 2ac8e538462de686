#pragma once

#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/results/face.hpp>

namespace faceptor {

FACEPTOR_INLINE void Face::add(TaskResult result) {
  if (has(result.task())) throw Error(ErrorCode::argument, "results: the face has a result of task \"" + result.task() + "\" already");
  results_.push_back(std::move(result));
}

FACEPTOR_INLINE const TaskResult* Face::find(std::string_view task) const noexcept {
  for (const auto& result : results_) {
    if (result.task() == task) return &result;
  }
  return nullptr;
}

FACEPTOR_INLINE const TaskResult& Face::result(std::string_view task) const& {
  if (const auto* found = find(task)) return *found;
  std::vector<std::string> known;
  for (const auto& result : results_) known.push_back(result.task());
  Error error(ErrorCode::argument, "results: the face has no result of task \"" + std::string(task) + "\"");
  throw std::move(error).hint(known.empty() ? "no task was run on it" : text::suggestion(task, known));
}

FACEPTOR_INLINE void Face::check_handle(std::uint64_t list, const std::string& task) const {
  if (list != 0 && list == task_list) return;
  throw Error(ErrorCode::mismatch, "results: the handle of task \"" + task + "\" belongs to another task list than this face")
      .expected("list " + std::to_string(task_list))
      .found("list " + std::to_string(list))
      .hint("ask with the handle that the model's own list gave, or by the task's name");
}

FACEPTOR_INLINE void Face::throw_not_one(const std::string& type) const {
  std::vector<std::string> tasks, known;
  for (const auto& result : results_) {
    if (result.type_name() == type) tasks.push_back(result.task());
    known.push_back(result.task() + " (" + result.type_name() + ")");
  }
  if (tasks.empty()) {
    throw Error(ErrorCode::argument, "results: the face has no result of type " + type)
        .hint(known.empty() ? "no task was run on it" : "it has " + text::join(known));
  }
  throw Error(ErrorCode::argument, "results: the face has several results of type " + type)
      .found(text::join(tasks))
      .hint("ask by the task's handle or name: get<" + type + ">(\"" + tasks.front() + "\")");
}

}  // namespace faceptor
