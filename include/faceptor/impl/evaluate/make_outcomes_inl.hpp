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
void add_outcomes(Registry<OutcomesMaker>& registry) {
  registry.add(
      faceptor::detail::ReadoutOf<R>::type::kName,
      [](const TaskSpec& spec, const data::DatasetInfo& set) -> std::unique_ptr<Outcomes> {
        if constexpr (std::is_constructible_v<O, const TaskSpec&, const data::DatasetInfo&>) {
          return std::make_unique<O>(spec, set);
        } else if constexpr (std::is_constructible_v<O, const TaskSpec&>) {
          return std::make_unique<O>(spec);
        } else {
          return std::make_unique<O>();
        }
      },
      &typeid(O));
}

}  // namespace detail

FACEPTOR_INLINE Registry<OutcomesMaker>& outcomes_registry() {
  static Registry<OutcomesMaker> protocols("protocol", "evaluate::register_outcomes<Outcomes>(readout)");
  static const bool filled = [] {
    detail::add_outcomes<results::Landmarks, LandmarkOutcomes>(protocols);
    detail::add_outcomes<results::ParsingMap, ParsingOutcomes>(protocols);
    detail::add_outcomes<results::AgeEstimate, AgeOutcomes>(protocols);
    detail::add_outcomes<results::Expression, ClassOutcomes>(protocols);
    detail::add_outcomes<ClassProbabilities, ClassOutcomes>(protocols);
    detail::add_outcomes<results::Attributes, AttributeOutcomes>(protocols);
    detail::add_outcomes<results::Probabilities, AttributeOutcomes>(protocols);
    detail::add_outcomes<results::Embedding, IdentityOutcomes>(protocols);
    detail::add_outcomes<results::Values, ValueOutcomes>(protocols);
    return true;
  }();
  static_cast<void>(filled);
  return protocols;
}

FACEPTOR_INLINE std::shared_ptr<Outcomes> make_outcomes(const AnyTask& task, const data::DatasetInfo& set) {
  if (auto own = task.make_outcomes(set)) return own;
  if (const auto make = outcomes_registry().find(task.spec().readout)) return (*make)(task.spec(), set);
  return std::make_shared<MetricOutcomes>(task, set);
}

}  // namespace faceptor::evaluate
