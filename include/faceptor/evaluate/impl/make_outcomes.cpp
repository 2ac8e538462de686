#pragma once

#include <faceptor/evaluate/age_outcomes.hpp>
#include <faceptor/evaluate/attribute_outcomes.hpp>
#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/evaluate/metric_outcomes.hpp>
#include <faceptor/evaluate/parsing_outcomes.hpp>
#include <faceptor/evaluate/value_outcomes.hpp>

namespace faceptor::evaluate {
namespace detail {

template <class R, class O>
void add_outcomes_of(Registry<OutcomesMaker>& registry) {
  add_outcomes<O>(registry, std::string(faceptor::detail::ReadoutOf<R>::type::kName));
}

}  // namespace detail

FACEPTOR_INLINE Registry<OutcomesMaker>& outcomes_registry() {
  static Registry<OutcomesMaker> protocols("protocol", "evaluate::register_outcomes<Outcomes>(readout)", [](auto& parts) {
    detail::add_outcomes_of<results::Landmarks, LandmarkOutcomes>(parts);
    detail::add_outcomes_of<results::ParsingMap, ParsingOutcomes>(parts);
    detail::add_outcomes_of<results::AgeEstimate, AgeOutcomes>(parts);
    detail::add_outcomes_of<results::Expression, ClassOutcomes>(parts);
    detail::add_outcomes_of<ClassProbabilities, ClassOutcomes>(parts);
    detail::add_outcomes_of<results::Attributes, AttributeOutcomes>(parts);
    detail::add_outcomes_of<results::Probabilities, AttributeOutcomes>(parts);
    detail::add_outcomes_of<results::Embedding, IdentityOutcomes>(parts);
    detail::add_outcomes_of<results::Values, ValueOutcomes>(parts);
  });
  return protocols;
}

FACEPTOR_INLINE std::shared_ptr<Outcomes> make_outcomes(const AnyTask& task, const data::DatasetInfo& set) {
  if (auto own = task.make_outcomes(set)) return own;
  if (const auto make = outcomes_registry().find(task.spec().readout)) return (*make)(task.spec(), set);
  return std::make_shared<MetricOutcomes>(task, set);
}

}  // namespace faceptor::evaluate
