#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>

namespace faceptor::heads {

/// One task's share of a head: its name, which is the name of its parameters, and how many values it gives.
struct HeadOutput {
  std::string task;
  int64_t outputs;  ///< values, map channels or embedding dimensions
};

/// Features in, raw outputs of a group of tasks out. The tasks share all but their last layer.
///
/// A head is a LibTorch module as well: a class of its own derives from `torch::nn::Cloneable` and from this.
class Head {
 public:
  virtual ~Head() = default;

  /// The backbone's levels it reads, ascending.
  virtual const std::vector<int64_t>& levels() const = 0;

  /// @param pyramid  at least the levels above
  /// @param wanted   indices into the head's outputs; the shared part runs once for all of them
  /// @return         one tensor per wanted output: B x outputs, or B x outputs x h x w for dense maps
  virtual std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) = 0;
};

/// Four levels spread over a backbone's depth, the last included, as the dense heads of the reference read them:
/// 3, 5, 7, 11 of 12 levels; 7, 11, 15, 23 of 24; 8, 14, 20, 31 of 32; the nearest of a like spread of any other number.
std::vector<int64_t> dense_levels(int64_t levels);

/// Four levels from the middle on, as the attribute heads of the reference read them: 5, 7, 9, 11 of 12.
std::vector<int64_t> attribute_levels(int64_t levels);

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/head_inl.hpp>
#endif
