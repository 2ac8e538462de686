#pragma once

#include <map>
#include <mutex>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/tasks/task_registry.hpp>

namespace faceptor {
namespace detail {

template <class R>
std::pair<const std::string, TaskFactory> result_factory() {
  return {Interpretation<R>::kName, [](const TaskSpec& spec) { return AnyTask(DeclaredTask<Interpretation<R>, R>(spec)); }};
}

template <class Reader>
std::pair<const std::string, TaskFactory> reader_factory() {
  return {Reader::kName, [](const TaskSpec& spec) { return AnyTask(DeclaredTask<Reader, typename Reader::Result>(spec)); }};
}

struct Interpretations {
  std::mutex mutex;
  std::map<std::string, TaskFactory> factories = {
      result_factory<results::Landmarks>(),     result_factory<results::ParsingMap>(), result_factory<results::AgeEstimate>(),
      result_factory<results::Expression>(),    result_factory<results::Attributes>(), result_factory<results::Embedding>(),
      result_factory<results::Probabilities>(), result_factory<results::Values>(),     result_factory<results::Maps>(),
      reader_factory<ClassProbabilities>(),     reader_factory<SoftMasks>(),
  };
};

FACEPTOR_INLINE Interpretations& interpretations() {
  static Interpretations all;
  return all;
}

FACEPTOR_INLINE const char* plain_interpretation(OutputKind kind) {
  switch (kind) {
    case OutputKind::dense_map: return Interpretation<results::Maps>::kName;
    case OutputKind::attribute_vector: return Interpretation<results::Values>::kName;
    case OutputKind::embedding: return Interpretation<results::Embedding>::kName;
  }
  return "";
}

}  // namespace detail

FACEPTOR_INLINE void register_interpretation(const std::string& name, TaskFactory factory) {
  auto& all = detail::interpretations();
  const std::lock_guard lock(all.mutex);
  all.factories[name] = std::move(factory);
}

FACEPTOR_INLINE AnyTask task_from_spec(const TaskSpec& spec) {
  TaskFactory factory;
  {
    auto& all = detail::interpretations();
    const std::lock_guard lock(all.mutex);
    auto it = all.factories.find(spec.interpretation);
    if (it == all.factories.end()) {
      const std::string plain = detail::plain_interpretation(spec.kind);
      log(LogLevel::warning, "task \"" + spec.name + "\": the interpretation \"" + spec.interpretation +
                                 "\" is not known here; its results are plain " + plain);
      it = all.factories.find(plain);
    }
    factory = it->second;
  }
  return factory(spec);
}

FACEPTOR_INLINE TaskList task_list_from_json(const nlohmann::json& declarations) {
  if (!declarations.is_array()) {
    throw Error(ErrorCode::format, "tasks: the declarations are not a list").found(declarations.type_name());
  }
  TaskList tasks;
  for (const auto& declaration : declarations) tasks.append(task_from_spec(declaration.get<TaskSpec>()));
  return tasks;
}

FACEPTOR_INLINE nlohmann::json task_list_to_json(const TaskList& tasks) {
  auto declarations = nlohmann::json::array();
  for (const auto& task : tasks) declarations.push_back(task.spec());
  return declarations;
}

}  // namespace faceptor
