#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/nn/mlp.hpp>

namespace faceptor::nn {

FACEPTOR_INLINE torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu: return torch::relu(x);
    case Activation::gelu: return torch::gelu(x);
    // silu(1.702 x) / 1.702 is the same function in one fused kernel.
    case Activation::quick_gelu: return torch::silu(x * 1.702).div_(1.702);
  }
  throw Error(ErrorCode::internal, "nn: unknown activation");
}

FACEPTOR_INLINE MlpImpl::MlpImpl(MlpOptions o) : options(o) { reset(); }

FACEPTOR_INLINE void MlpImpl::reset() {
  fc1 = register_module("fc1", torch::nn::Linear(options.width(), options.hidden()));
  fc2 = register_module("fc2", torch::nn::Linear(options.hidden(), options.width()));
}

FACEPTOR_INLINE torch::Tensor MlpImpl::forward(const torch::Tensor& tokens) {
  return fc2->forward(activate(fc1->forward(tokens), options.activation()));
}

}  // namespace faceptor::nn
