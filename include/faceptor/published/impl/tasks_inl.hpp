#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/tasks/task_registry.hpp>

namespace faceptor::published {
namespace detail {

template <class Names>
std::vector<std::string> strings(const Names& names) {
  return {names.begin(), names.end()};
}

/// What the table says of a task of type T.
template <class T>
T task_of(const TaskRow& row) {
  const auto batch = row.base_batch > 0 ? row.base_batch : row.full_batch;
  return T(std::string(row.name)).outputs(row.outputs).view(view(row)).weight(static_cast<double>(batch));
}

FACEPTOR_INLINE IdentityTask identity(const TaskRow& row) {
  return task_of<IdentityTask>(row).loss(losses::CosFaceOptions(93431, row.outputs));
}

FACEPTOR_INLINE AgeTask age(const TaskRow& row) { return task_of<AgeTask>(row); }

FACEPTOR_INLINE AttributeTask attributes(const TaskRow& row) {
  return task_of<AttributeTask>(row).labels(strings(results::kCelebaAttributeNames));
}

FACEPTOR_INLINE ExpressionTask expression(const TaskRow& row) {
  return task_of<ExpressionTask>(row).labels(strings(results::kExpressionNames));
}

FACEPTOR_INLINE ParsingTask parsing(const TaskRow& row) {
  const auto& classes = row.format == results::kLapaClasses.name ? results::kLapaClasses : results::kCelebaMaskHqClasses;
  return task_of<ParsingTask>(row).labels(classes.names());
}

FACEPTOR_INLINE LandmarkTask landmarks(const TaskRow& row) { return task_of<LandmarkTask>(row).scheme(std::to_string(row.outputs)); }

/// @param batch  of the run that the task is for: its weight among those of its type
FACEPTOR_INLINE AnyTask make_task(const TaskRow& row, std::int64_t batch) {
  const auto weight = static_cast<double>(batch);
  switch (row.family) {
    case Family::identity: return AnyTask(identity(row).weight(weight));
    case Family::age: return AnyTask(age(row).weight(weight));
    case Family::attributes: return AnyTask(attributes(row).weight(weight));
    case Family::expression: return AnyTask(expression(row).weight(weight));
    case Family::parsing: return AnyTask(parsing(row).weight(weight));
    case Family::landmarks: break;
  }
  return AnyTask(landmarks(row).weight(weight));
}

FACEPTOR_INLINE TaskList tasks_of_run(std::int64_t TaskRow::*batch) {
  TaskList tasks;
  for (const auto& row : kTable) {
    if (row.*batch > 0) tasks.append(make_task(row, row.*batch));
  }
  return tasks;
}

}  // namespace detail

FACEPTOR_INLINE IdentityTask recog_ms1mv3() { return detail::identity(row("recog_ms1mv3")); }
FACEPTOR_INLINE AgeTask age_morph2() { return detail::age(row("age_morph2")); }
FACEPTOR_INLINE AgeTask age_utkface() { return detail::age(row("age_utkface")); }
FACEPTOR_INLINE AttributeTask biattr_celeba() { return detail::attributes(row("biattr_celeba")); }
FACEPTOR_INLINE ExpressionTask affect_affectnet() { return detail::expression(row("affect_affectnet")); }
FACEPTOR_INLINE ExpressionTask affect_rafdb() { return detail::expression(row("affect_rafdb")); }
FACEPTOR_INLINE ExpressionTask affect_ferplus() { return detail::expression(row("affect_ferplus")); }
FACEPTOR_INLINE ParsingTask parsing_celebam() { return detail::parsing(row("parsing_celebam")); }
FACEPTOR_INLINE ParsingTask parsing_lapa() { return detail::parsing(row("parsing_lapa")); }
FACEPTOR_INLINE LandmarkTask align_300w() { return detail::landmarks(row("align_300w")); }
FACEPTOR_INLINE LandmarkTask align_cofw() { return detail::landmarks(row("align_cofw")); }
FACEPTOR_INLINE LandmarkTask align_wflw() { return detail::landmarks(row("align_wflw")); }
FACEPTOR_INLINE LandmarkTask align_aflw() { return detail::landmarks(row("align_aflw")); }

FACEPTOR_INLINE TaskList base() { return detail::tasks_of_run(&TaskRow::base_batch); }

FACEPTOR_INLINE TaskList full() { return detail::tasks_of_run(&TaskRow::full_batch); }

FACEPTOR_INLINE AnyTask by_name(std::string_view name, int64_t outputs) {
  const auto& published = row(name);
  auto spec = detail::make_task(published, published.full_batch).spec();
  if (outputs > 0 && outputs != spec.outputs) {
    spec.outputs = outputs;
    spec.labels.clear();
    if (!spec.scheme.empty()) spec.scheme = spec.name;
    spec.loss_options.erase("width");  // of a margin loss: it follows the outputs
  }
  return task_from_spec(spec);
}

}  // namespace faceptor::published
