#pragma once

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/chain_registry.hpp>
#include <faceptor/transforms/view_chains.hpp>

namespace faceptor::data::transforms {
namespace detail {

/// The registry with this library's chains in it.
struct ChainRegistry : Registry<ChainMaker> {
  ChainRegistry() : Registry("chain", "data::transforms::register_chain(name, maker)") {
    add("view", [](const View& view, bool training) { return training ? view_train(view).without("mirror") : view_test(view); });
    add("plain", [](const View& view, bool) { return view_test(view); });
  }
};

}  // namespace detail

FACEPTOR_INLINE Registry<ChainMaker>& chain_registry() {
  static detail::ChainRegistry registry;
  return registry;
}

FACEPTOR_INLINE void register_chain(const std::string& name, ChainMaker maker) {
  if (!maker) throw Error(ErrorCode::argument, "data: a chain needs a function that makes it").found("\"" + name + "\"");
  chain_registry().add(name, std::move(maker));
}

FACEPTOR_INLINE std::vector<std::string> chain_names() { return chain_registry().names(); }

FACEPTOR_INLINE Chain chain_named(std::string_view name, const View& view, bool training) {
  return chain_registry().get(name)(view, training);
}

}  // namespace faceptor::data::transforms
