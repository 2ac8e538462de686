#pragma once

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/tasks/task_registry.hpp>

namespace faceptor {
namespace detail {

/// The readout that shows outputs of a kind as they are.
FACEPTOR_INLINE const char* plain_readout(const TaskSpec& spec) {
  const auto embedding = readout_registry().get(Readout<results::Embedding>::kName);
  if (embedding->kind == spec.kind) return Readout<results::Embedding>::kName;
  return spec.maps() ? Readout<results::Maps>::kName : Readout<results::Values>::kName;
}

}  // namespace detail

FACEPTOR_INLINE Registry<std::function<AnyTask(const TaskSpec&)>>& task_types() {
  static Registry<std::function<AnyTask(const TaskSpec&)>> types("task type", "register_task_type<Task>(readout)");
  return types;
}

FACEPTOR_INLINE AnyTask task_from_spec(const TaskSpec& spec) {
  if (const auto make = task_types().find(spec.readout)) return (*make)(spec);
  auto readout = readout_registry().find(spec.readout);
  if (!readout) {
    const std::string plain = detail::plain_readout(spec);
    log(LogLevel::warning,
        fmt::format("task \"{}\": {}; its results are plain {}", spec.name, readout_registry().unknown(spec.readout).what(), plain));
    readout = readout_registry().get(plain);
  }
  return AnyTask(DeclaredTask(spec, *readout));
}

FACEPTOR_INLINE TaskList task_list_from_json(const nlohmann::json& declarations, std::vector<AbsentTask>* absent) {
  if (!declarations.is_array()) {
    throw Error(ErrorCode::format, "tasks: the declarations are not a list").found(declarations.type_name());
  }
  TaskList tasks;
  for (const auto& declaration : declarations) {
    try {
      tasks.append(task_from_spec(declaration.get<TaskSpec>()));
    } catch (const Error& e) {
      if (absent == nullptr || e.code() != ErrorCode::unsupported) throw;
      absent->push_back({declaration.at("name").get<std::string>(), declaration, e.what()});
    }
  }
  return tasks;
}

FACEPTOR_INLINE nlohmann::json task_list_to_json(const TaskList& tasks) {
  auto declarations = nlohmann::json::array();
  for (const auto& task : tasks) declarations.push_back(task.spec());
  return declarations;
}

}  // namespace faceptor
