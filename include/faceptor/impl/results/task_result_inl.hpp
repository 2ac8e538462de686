#pragma once

#include <cxxabi.h>

#include <cstdlib>
#include <map>
#include <mutex>

#include <faceptor/impl/results/json_fields_inl.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/probabilities.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::string demangled(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
  return status == 0 && name != nullptr ? name.get() : type.name();
}

FACEPTOR_INLINE void throw_wrong_result_type(const std::string& task, const std::string& stored, const std::string& asked) {
  throw Error(ErrorCode::mismatch, "results: the result of task \"" + task + "\" is of another type").expected(asked).found(stored);
}

}  // namespace detail

FACEPTOR_INLINE TaskResult::TaskResult(std::string task, std::shared_ptr<const detail::ResultHolder> holder)
    : task_(std::move(task)), holder_(std::move(holder)) {
  if (task_.empty()) throw Error(ErrorCode::argument, "results: a result needs the name of its task");
}

FACEPTOR_INLINE void TaskResult::write(nlohmann::json& out, bool full) const {
  nlohmann::json object;
  holder_->write(object, full);
  if (!object.is_object()) {
    throw Error(ErrorCode::argument, "results: the JSON of " + type_name() + " is not an object").where(task_).found(object.type_name());
  }
  object["type"] = type_name();
  out = std::move(object);
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const TaskResult& result) { result.write(out); }

namespace results {
namespace detail {

struct ReaderRegistry {
  std::mutex mutex;
  std::map<std::string, ResultReader, std::less<>> readers;
};

template <ResultType R>
ResultReader reader_of() {
  return [](std::string task, const nlohmann::json& object) {
    R value;
    from_json(object, value);
    return TaskResult(std::move(task), std::move(value));
  };
}

template <ResultType... R>
void fill(std::map<std::string, ResultReader, std::less<>>& readers) {
  ((readers[std::string(R::kTypeName)] = reader_of<R>()), ...);
}

FACEPTOR_INLINE ReaderRegistry& reader_registry() {
  static ReaderRegistry registry;
  static const bool filled = [] {
    fill<AgeEstimate, Attributes, Expression, Landmarks, Maps, ParsingMap, Probabilities, Values, EmbeddingSummary>(registry.readers);
    registry.readers[std::string(Embedding::kTypeName)] = [](std::string task, const nlohmann::json& object) {
      return object.contains("vector") ? reader_of<Embedding>()(std::move(task), object)
                                       : reader_of<EmbeddingSummary>()(std::move(task), object);
    };
    return true;
  }();
  (void)filled;
  return registry;
}

}  // namespace detail

FACEPTOR_INLINE void register_reader(std::string type, ResultReader reader) {
  if (type.empty() || !reader) throw Error(ErrorCode::argument, "results: a reader needs the name of its type, and a function");
  auto& registry = detail::reader_registry();
  const std::lock_guard lock(registry.mutex);
  registry.readers[std::move(type)] = std::move(reader);
}

FACEPTOR_INLINE std::vector<std::string> registered_types() {
  auto& registry = detail::reader_registry();
  const std::lock_guard lock(registry.mutex);
  std::vector<std::string> types;
  for (const auto& [type, reader] : registry.readers) types.push_back(type);
  return types;
}

FACEPTOR_INLINE TaskResult read_task_result(std::string task, const nlohmann::json& object) {
  const auto type = detail::string_field(object, "a task's result", "type");
  ResultReader reader;
  {
    auto& registry = detail::reader_registry();
    const std::lock_guard lock(registry.mutex);
    if (const auto found = registry.readers.find(type); found != registry.readers.end()) reader = found->second;
  }
  if (!reader) {
    throw Error(ErrorCode::unsupported, "results: results of type \"" + type + "\" can't be read back")
        .where(task)
        .hint(text::suggestion(type, registered_types()) + " (register_result<R>() adds a type)");
  }
  try {
    return reader(task, object);
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::format, "results: the JSON of " + type + " is not right").where(task).found(e.what());
  }
}

}  // namespace results
}  // namespace faceptor
