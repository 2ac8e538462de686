#pragma once

#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

/// The outcomes that suit a task: by what its raw output means.
/// @throws Error(unsupported) for an interpretation that is scored by the task's own metric only
std::unique_ptr<Outcomes> make_outcomes(const TaskSpec& spec, const data::DatasetInfo& set);

}  // namespace faceptor::evaluate

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/evaluate/make_outcomes_inl.hpp>
#endif
