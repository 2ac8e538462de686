#pragma once

#include <torch/torch.h>

#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::decoder {

/// What the queries look at: the projected features of all used levels, one after the other.
///
/// Made once per view, whatever the number of tasks.
struct Memory {
  torch::Tensor tokens;  ///< B x M x hidden, M = sum of the levels' cells
  torch::Tensor keyed;   ///< B x M x hidden, the same with positions added: what keys are made of
  torch::Tensor source;  ///< B x HW x hidden, the projected feature of the map level: what maps are made of
  int64_t rows = 0;      ///< H of the map level
  int64_t columns = 0;   ///< W of the map level

  /// The memory of some of its images. The tensors are views.
  Memory slice(int64_t begin, int64_t end) const {
    return {tokens.slice(0, begin, end), keyed.slice(0, begin, end), source.slice(0, begin, end), rows, columns};
  }
};

/// What the decoder computed on its way, for tests and for explaining a result. Filled only where asked for.
struct Trace {
  std::vector<torch::Tensor> after_cross;  ///< one a layer: B x Q x hidden after cross-attention and norm
  std::vector<torch::Tensor> after_ffn;    ///< one a layer: B x Q x hidden after the feed-forward network and norm
  torch::Tensor last_attention;            ///< B x Q x M, mean over heads, of the last cross-attention
};

}  // namespace faceptor::decoder
