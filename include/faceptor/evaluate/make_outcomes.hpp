#pragma once

#include <functional>
#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/evaluate/outcomes.hpp>

/// Protocols by the name of the readout whose results they score.
namespace faceptor::evaluate {

using OutcomesMaker = std::function<std::unique_ptr<Outcomes>(const TaskSpec& spec, const data::DatasetInfo& set)>;

/// The library's protocols, and those made known.
Registry<OutcomesMaker>& outcomes_registry();

namespace detail {

template <class O>
void add_outcomes(Registry<OutcomesMaker>& registry, const std::string& readout) {
  static_assert(std::is_base_of_v<Outcomes, O>, "faceptor: a protocol derives from faceptor::evaluate::Outcomes or RowOutcomes<Row>");
  static_assert(!std::is_abstract_v<O>, "faceptor: a protocol needs add, error, figures and details (see faceptor/evaluate/outcomes.hpp)");
  static_assert(std::is_constructible_v<O, const TaskSpec&, const data::DatasetInfo&>,
                "faceptor: a protocol needs a constructor from `const TaskSpec&, const data::DatasetInfo&`");
  registry.add(readout, [](const TaskSpec& spec, const data::DatasetInfo& set) { return std::make_unique<O>(spec, set); }, &typeid(O));
}

}  // namespace detail

/// Gives a readout its protocol, where that doesn't stand in the readout itself.
/// @tparam O  derives from `Outcomes`; constructed from a `TaskSpec` and a `data::DatasetInfo`
template <class O>
void register_outcomes(const std::string& readout) {
  detail::add_outcomes<O>(outcomes_registry(), readout);
}

/// The protocol of a task: the one that its readout brings, else the one known for the readout, else its own metric (`MetricOutcomes`).
/// @throws Error(unsupported) for a metric that this program doesn't have, Error(argument) for a task without any,
///         Error(mismatch) when the set's labels don't fit the task
std::shared_ptr<Outcomes> make_outcomes(const AnyTask& task, const data::DatasetInfo& set);

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/evaluate/impl/make_outcomes.cpp>
#endif
