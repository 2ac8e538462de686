#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
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

FACEPTOR_INLINE LandmarkTask landmarks(const char* name, const char* scheme, float face_scale, double weight) {
  return LandmarkTask(name).outputs(std::stoll(scheme)).scheme(scheme).view(views::published::landmarks(face_scale)).weight(weight);
}

FACEPTOR_INLINE AgeTask age(const char* name, double weight) {
  return AgeTask(name).outputs(101).view(views::published::aligned112()).weight(weight);
}

FACEPTOR_INLINE ExpressionTask expression(const char* name, double weight) {
  return ExpressionTask(name).labels(strings(results::kExpressionNames)).view(views::published::aligned112()).weight(weight);
}

}  // namespace detail

FACEPTOR_INLINE IdentityTask recog_ms1mv3() {
  return IdentityTask("recog_ms1mv3")
      .outputs(512)
      .view(views::published::aligned112())
      .loss(losses::CosFaceOptions(93431, 512))
      .weight(128);
}

FACEPTOR_INLINE AgeTask age_morph2() { return detail::age("age_morph2", 32); }
FACEPTOR_INLINE AgeTask age_utkface() { return detail::age("age_utkface", 4); }

FACEPTOR_INLINE AttributeTask biattr_celeba() {
  return AttributeTask("biattr_celeba")
      .labels(detail::strings(results::kCelebaAttributeNames))
      .view(views::published::aligned112())
      .weight(32);
}

FACEPTOR_INLINE ExpressionTask affect_affectnet() { return detail::expression("affect_affectnet", 32); }
FACEPTOR_INLINE ExpressionTask affect_rafdb() { return detail::expression("affect_rafdb", 8); }
FACEPTOR_INLINE ExpressionTask affect_ferplus() { return detail::expression("affect_ferplus", 4); }

FACEPTOR_INLINE ParsingTask parsing_celebam() {
  return ParsingTask("parsing_celebam")
      .labels(results::kCelebaMaskHqClasses.names())
      .view(views::published::parsing_lapa().warp(0))
      .weight(2);
}

FACEPTOR_INLINE ParsingTask parsing_lapa() {
  return ParsingTask("parsing_lapa").labels(results::kLapaClasses.names()).view(views::published::parsing_lapa()).weight(1);
}

FACEPTOR_INLINE LandmarkTask align_300w() { return detail::landmarks("align_300w", "68", 0.8F, 2); }
FACEPTOR_INLINE LandmarkTask align_cofw() { return detail::landmarks("align_cofw", "29", 0.8F, 1); }
FACEPTOR_INLINE LandmarkTask align_wflw() { return detail::landmarks("align_wflw", "98", 0.8F, 1); }
FACEPTOR_INLINE LandmarkTask align_aflw() { return detail::landmarks("align_aflw", "19", 1.0F, 1); }

FACEPTOR_INLINE TaskList base() {
  TaskList tasks;
  tasks.add(recog_ms1mv3());
  tasks.add(age_morph2());
  tasks.add(biattr_celeba());
  tasks.add(affect_affectnet());
  tasks.add(affect_rafdb());
  tasks.add(parsing_celebam());
  tasks.add(align_300w());
  return tasks;
}

FACEPTOR_INLINE TaskList full() {
  // Batch sizes per device of the published Faceptor-Full, which are the tasks' raw weights.
  TaskList tasks;
  tasks.add(recog_ms1mv3().weight(64));
  tasks.add(age_morph2().weight(16));
  tasks.add(age_utkface());
  tasks.add(biattr_celeba().weight(16));
  tasks.add(affect_affectnet().weight(16));
  tasks.add(affect_rafdb().weight(4));
  tasks.add(affect_ferplus());
  tasks.add(parsing_celebam().weight(1));
  tasks.add(parsing_lapa());
  tasks.add(align_300w().weight(1));
  tasks.add(align_cofw());
  tasks.add(align_wflw());
  tasks.add(align_aflw());
  return tasks;
}

FACEPTOR_INLINE AnyTask by_name(std::string_view name, int64_t outputs) {
  auto spec = full().at(name).spec();
  if (outputs > 0 && outputs != spec.outputs) {
    spec.outputs = outputs;
    spec.labels.clear();
    if (!spec.scheme.empty()) spec.scheme = spec.name;
    spec.loss_options.erase("width");  // of a margin loss: it follows the outputs
  }
  return task_from_spec(spec);
}

}  // namespace faceptor::published
