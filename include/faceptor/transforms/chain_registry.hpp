#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/geometry/view.hpp>

/// Chains by name, for configurations: the library's for any view, and your own.
///
///     transforms::register_chain("gentle", [](const View& view, bool training) {
///       return training ? transforms::view_train(view).without("occlusion").without("jpeg") : transforms::view_test(view);
///     });                                                             // then `chain = "gentle"` in a configuration
///
/// The published tasks' chains go by the tasks' names: see `published::chain_for`.
namespace faceptor::data::transforms {

/// Makes a chain for a view. @param training  whether pictures may be changed at random
using ChainMaker = std::function<Chain(const View& view, bool training)>;

/// The makers that `chain_named` finds: those of this library, and those made known by `register_chain`.
Registry<ChainMaker>& chain_registry();

/// Makes a chain of your own known by name. A maker given later under the same name replaces the former.
/// @throws Error(argument)  without a name or maker
void register_chain(const std::string& name, ChainMaker maker);

/// The names `chain_named` knows: "view", "plain", then registered ones.
std::vector<std::string> chain_names();

/// A chain by its name. "view": `view_train` for training, without the mirror, since which labels have sides isn't known here;
/// `view_test` otherwise. "plain": `view_test` for both.
/// @throws Error(unsupported)  for an unknown name, with the nearest known one
/// @throws Error(argument)     for a view that is not valid; whatever a registered maker throws
Chain chain_named(std::string_view name, const View& view, bool training);

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/chain_registry.cpp>
#endif
