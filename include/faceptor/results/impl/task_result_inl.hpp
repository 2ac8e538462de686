#pragma once

#include <cxxabi.h>

#include <cstdlib>

#include <faceptor/core/registry.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/impl/words_inl.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/task_result.hpp>
#include <faceptor/results/values.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::string demangled(const std::type_info& type) {
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, nullptr), std::free);
  return name != nullptr ? name.get() : type.name();
}

FACEPTOR_INLINE void throw_wrong_result_type(const std::string& task, const std::string& stored, const std::string& asked) {
  throw Error(ErrorCode::mismatch, "results: the result of task \"" + task + "\" is of another type").expected(asked).found(stored);
}

}  // namespace detail

FACEPTOR_INLINE TaskResult::TaskResult(std::string task, std::shared_ptr<const detail::ResultHolder> holder)
    : task_(std::move(task)), holder_(std::move(holder)) {
  if (task_.empty()) throw Error(ErrorCode::argument, "results: a result needs the name of its task");
}

FACEPTOR_INLINE TaskResult TaskResult::of_view(std::string view) const {
  auto same = *this;
  same.view_ = std::move(view);
  return same;
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

FACEPTOR_INLINE std::string TaskResult::text() const {
  constexpr std::size_t kMost = 200;
  auto words = holder_->text();
  if (!words) {
    nlohmann::json object;
    write(object);
    object.erase("type");
    words = object.empty() ? type_name() : results::detail::fields_in_words(object);
  }
  return results::detail::one_line(*std::move(words), kMost);
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const TaskResult& result) { result.write(out); }

namespace results {
namespace detail {

FACEPTOR_INLINE bool has_field(const nlohmann::json& object, std::string_view field) { return object.contains(field); }

template <ResultType... R>
void fill(Registry<ResultReader>& readers) {
  (readers.add(std::string(R::kTypeName), read_as<R>, &typeid(R)), ...);
}

FACEPTOR_INLINE Registry<ResultReader>& readers() {
  static Registry<ResultReader> registry("result type", "results::register_result<R>()", [](auto& parts) {
    fill<AgeEstimate, Attributes, Embedding, EmbeddingSummary, Expression, Landmarks, Maps, MapsSummary, ParsingMap, ParsingMapSummary,
         Probabilities, Values>(parts);
  });
  return registry;
}

}  // namespace detail

FACEPTOR_INLINE void register_reader(const std::string& type, ResultReader reader, const std::type_info* made) {
  if (!reader) throw Error(ErrorCode::argument, "results: a reader needs a function").where(type);
  detail::readers().add(type, std::move(reader), made);
}

FACEPTOR_INLINE std::vector<std::string> registered_types() { return detail::readers().names(); }

FACEPTOR_INLINE TaskResult read_task_result(std::string task, const nlohmann::json& object) {
  const auto type = detail::string_field(object, "a task's result", "type");
  const auto reader = detail::readers().find(type);
  if (!reader) throw detail::readers().unknown(type).where(task);
  try {
    return (*reader)(task, object);
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::format, "results: the JSON of " + type + " is not right").where(task).found(e.what());
  }
}

}  // namespace results
}  // namespace faceptor
