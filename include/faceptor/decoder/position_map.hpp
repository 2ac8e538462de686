#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>

namespace faceptor::decoder {

/// Where a cell of a grid lies: the fixed sine-cosine map, adapted by two learned layers with a ReLU between.
class PositionMapImpl : public torch::nn::Cloneable<PositionMapImpl> {
 public:
  /// @param width  channels, a multiple of 4
  explicit PositionMapImpl(int64_t width);
  void reset() override;
  /// @return  (rows * columns) x width
  torch::Tensor forward(int64_t rows, int64_t columns);

  int64_t width;
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
};
TORCH_MODULE(PositionMap);

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/position_map_inl.hpp>
#endif
