#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/tasks/task_spec.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE Error task_error(const TaskSpec& spec, const std::string& what) {
  return Error(ErrorCode::argument, "tasks: " + what).where("task \"" + spec.name + "\"");
}

/// Names become parts of parameter names, files and options.
FACEPTOR_INLINE bool is_plain_name(const std::string& name) {
  return !name.empty() && name.size() <= 100 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

FACEPTOR_INLINE void check_labels(const TaskSpec& spec) {
  if (spec.labels.empty()) return;
  if (static_cast<int64_t>(spec.labels.size()) != spec.outputs) {
    throw task_error(spec, "there must be one label per output")
        .expected(std::to_string(spec.outputs) + " labels")
        .found(std::to_string(spec.labels.size()));
  }
  std::set<std::string> seen;
  for (const auto& label : spec.labels) {
    if (label.empty()) throw task_error(spec, "a label is empty");
    if (!seen.insert(label).second) throw task_error(spec, "two outputs have the label \"" + label + "\"");
  }
}

/// The part that a task asks for by name, which must give the task's kind.
template <class Part>
void expect_kind(const TaskSpec& spec, const Registry<Part>& parts, const std::string& name, const char* sort) {
  const auto part = parts.get(name);
  if (part.kind == spec.kind) return;
  std::vector<std::string> suitable;
  for (const auto& known : parts.names()) {
    if (parts.get(known).kind == spec.kind) suitable.push_back(known);
  }
  throw task_error(spec, fmt::format("the {} doesn't give a {}", sort, spec.kind))
      .expected(suitable.empty() ? fmt::format("a {} of your own", sort) : text::join(suitable, " or "))
      .found("\"" + name + "\"");
}

FACEPTOR_INLINE void complete_parts(TaskSpec& spec) {
  const auto kind = output_kinds().get(spec.kind);
  if (spec.head.empty()) spec.head = kind.head;
  if (spec.interpreter.empty()) spec.interpreter = kind.interpreter;
  // A kind may have either alone: which one a model needs, the model says.
  if (!spec.head.empty()) expect_kind(spec, heads::head_registry(), spec.head, "head");
  if (!spec.interpreter.empty()) expect_kind(spec, decoder::interpreter_registry(), spec.interpreter, "interpreter");
  if (spec.interpreter_group.empty()) spec.interpreter_group = spec.interpreter.empty() ? spec.kind : spec.interpreter;
}

}  // namespace detail

FACEPTOR_INLINE bool TaskSpec::maps() const { return output_kinds().get(kind).maps; }

FACEPTOR_INLINE int64_t TaskSpec::queries() const {
  return interpreter.empty() ? 0 : decoder::interpreter_registry().get(interpreter).queries(outputs);
}

FACEPTOR_INLINE void TaskSpec::complete() {
  if (!detail::is_plain_name(name)) {
    throw detail::task_error(*this, "a task needs a plain name").expected("letters, digits, '_' and '-'").found("\"" + name + "\"");
  }
  if (outputs < 1 || outputs > (1 << 16)) {
    throw detail::task_error(*this, "a task needs at least one output")
        .expected("1 to 65536")
        .found(std::to_string(outputs))
        .hint("give .labels(...) or .outputs(n)");
  }
  detail::check_labels(*this);
  detail::complete_parts(*this);
  if (head_group.empty()) head_group = name.substr(0, name.find('_'));
  for (const auto* group : {&head_group, &interpreter_group}) {
    if (!detail::is_plain_name(*group)) {
      throw detail::task_error(*this, "a group needs a plain name").expected("letters, digits, '_' and '-'").found("\"" + *group + "\"");
    }
  }
  if (!thresholds.empty() && static_cast<int64_t>(thresholds.size()) != outputs) {
    throw detail::task_error(*this, "there must be one threshold per output")
        .expected(std::to_string(outputs))
        .found(std::to_string(thresholds.size()));
  }
  if (!(weight > 0.0) || weight > 1e12) {
    throw detail::task_error(*this, "the weight must be above 0").found(std::to_string(weight));
  }
  view.check();
}

template <class Visitor>
void TaskSpec::each_field(Visitor&& visit) {
  const auto needed = FieldRule{}.needed();
  visit("name", name, needed);
  visit("kind", kind, needed);
  visit("outputs", outputs, needed);
  visit("labels", labels);
  visit("view", view, needed);
  visit("head_group", head_group);
  visit("head", head);
  visit("interpreter", interpreter);
  visit("interpreter_group", interpreter_group);
  visit("interpretation", readout);
  visit("scheme", scheme);
  visit("thresholds", thresholds);
  visit("loss", loss);
  visit("loss_options", loss_options);
  visit("metric", metric);
  visit("weight", weight);
}

FACEPTOR_INLINE void to_json(nlohmann::json& json, const TaskSpec& spec) {
  json = write_fields(spec);
  if (spec.head == output_kinds().get(spec.kind).head) json.erase("head");
  if (spec.scheme.empty()) json.erase("scheme");
  if (spec.thresholds.empty()) json.erase("thresholds");
}

FACEPTOR_INLINE void from_json(const nlohmann::json& json, TaskSpec& spec) {
  TaskSpec read;
  const auto name = json.is_object() ? json.value("name", nlohmann::json()) : nlohmann::json();
  // A task type of its own may keep more in its declaration.
  read_fields(json, read, {.who = "tasks", .code = ErrorCode::format, .others = true, .at = "task " + name.dump() + ": "});
  read.complete();
  spec = std::move(read);
}

}  // namespace faceptor
