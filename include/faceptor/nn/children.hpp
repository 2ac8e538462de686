#pragma once

#include <torch/torch.h>

#include <string>

/// Typed access to the members of LibTorch's containers of modules.
///
/// Modules here keep a `ModuleList` or `ModuleDict` and never a vector of holders beside it: `clone()` replaces a container's
/// members, and the vector would still point at the old ones.
namespace faceptor::nn {

template <typename Impl>
Impl& child(const torch::nn::ModuleList& list, std::size_t i) {
  return *list->ptr(i)->template as<Impl>();
}

template <typename Impl>
Impl& child(const torch::nn::ModuleDict& dict, const std::string& name) {
  return *(*dict)[name]->template as<Impl>();
}

}  // namespace faceptor::nn
