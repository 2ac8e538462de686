#pragma once

#include <faceptor/decoder/position_map.hpp>
#include <faceptor/nn/position_embedding.hpp>

namespace faceptor::decoder {

FACEPTOR_INLINE PositionMapImpl::PositionMapImpl(int64_t w) : width(w) { reset(); }

FACEPTOR_INLINE void PositionMapImpl::reset() {
  fc1 = register_module("fc1", torch::nn::Linear(width, width));
  fc2 = register_module("fc2", torch::nn::Linear(width, width));
}

FACEPTOR_INLINE torch::Tensor PositionMapImpl::forward(int64_t rows, int64_t columns) {
  const auto sine = nn::sine_position_map(rows, columns, width, fc1->weight.options().requires_grad(false));
  return fc2->forward(torch::relu(fc1->forward(sine)));
}

}  // namespace faceptor::decoder
