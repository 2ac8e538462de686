#pragma once

#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>

/// States as tensors by name: how the parts of a run are joined into one, and told apart again.
namespace faceptor::train {

/// Adds tensors under names with a prefix.
void add_state(weights::NamedTensors& to, const std::string& prefix, const weights::NamedTensors& tensors);

/// Takes those whose names begin with a prefix out, and the prefix off.
weights::NamedTensors take_state(weights::NamedTensors& from, const std::string& prefix);

/// @param what  for the message: "the moving average"
/// @throws Error(mismatch)  unless both have the same names and shapes
void expect_same_tensors(std::string_view what, const weights::NamedTensors& own, const weights::NamedTensors& given);

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/named_state.cpp>
#endif
