#pragma once

#include <fmt/format.h>

#include <faceptor/evaluate/age_outcomes.hpp>
#include <faceptor/evaluate/attribute_outcomes.hpp>
#include <faceptor/evaluate/class_outcomes.hpp>
#include <faceptor/evaluate/identity_outcomes.hpp>
#include <faceptor/evaluate/landmark_outcomes.hpp>
#include <faceptor/evaluate/make_outcomes.hpp>
#include <faceptor/evaluate/parsing_outcomes.hpp>
#include <faceptor/evaluate/value_outcomes.hpp>

namespace faceptor::evaluate {

FACEPTOR_INLINE std::unique_ptr<Outcomes> make_outcomes(const TaskSpec& spec, const data::DatasetInfo& set) {
  const auto& meaning = spec.interpretation;
  if (meaning == "landmarks") return std::make_unique<LandmarkOutcomes>(spec);
  if (meaning == "parsing") return std::make_unique<ParsingOutcomes>(spec, set);
  if (meaning == "age") return std::make_unique<AgeOutcomes>();
  if (meaning == "expression" || meaning == "class_probabilities") return std::make_unique<ClassOutcomes>(spec, set);
  if (meaning == "attributes" || meaning == "probabilities") return std::make_unique<AttributeOutcomes>(spec, set);
  if (meaning == "embedding") return std::make_unique<IdentityOutcomes>();
  if (meaning == "values") return std::make_unique<ValueOutcomes>(spec, set);
  throw Error(ErrorCode::unsupported, fmt::format("evaluate: there is no protocol for what task \"{}\" says (\"{}\")", spec.name, meaning))
      .hint("use the task's own metric, AnyTask::make_metric()");
}

}  // namespace faceptor::evaluate
