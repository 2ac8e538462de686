#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/named_state.hpp>

namespace faceptor::train {

FACEPTOR_INLINE void add_state(weights::NamedTensors& to, const std::string& prefix, const weights::NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) to.emplace(prefix + name, tensor);
}

FACEPTOR_INLINE weights::NamedTensors take_state(weights::NamedTensors& from, const std::string& prefix) {
  weights::NamedTensors taken;
  for (auto it = from.lower_bound(prefix); it != from.end() && it->first.starts_with(prefix);) {
    taken.emplace(it->first.substr(prefix.size()), it->second);
    it = from.erase(it);
  }
  return taken;
}

FACEPTOR_INLINE void expect_same_tensors(std::string_view what, const weights::NamedTensors& own, const weights::NamedTensors& given) {
  const auto fault = [&](const std::string& name) {
    return Error(ErrorCode::mismatch, "train: the state of " + std::string(what) + " is another run's").where(name);
  };
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    if (found == given.end()) throw fault(name).expected("a tensor of that name");
    if (found->second.sizes() != tensor.sizes()) {
      throw fault(name).expected(text::shape(tensor.sizes())).found(text::shape(found->second.sizes()));
    }
  }
  for (const auto& [name, tensor] : given) {
    if (!own.contains(name)) throw fault(name).found("a tensor that there is no place for");
  }
}

}  // namespace faceptor::train
