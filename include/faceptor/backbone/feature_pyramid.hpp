#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor {

/// The features of the levels asked for, by level number, in ascending order.
///
/// A feature is B x D x H x W. A transformer's lies in memory as tokens (B x HW x D), so `tokens` costs nothing there.
class FeaturePyramid {
 public:
  /// Adds the feature of a level; levels come in ascending order.
  void add(int64_t level, torch::Tensor feature);

  bool contains(int64_t level) const noexcept;
  const std::vector<int64_t>& levels() const noexcept { return levels_; }

  /// B x D x H x W. @throws Error(argument) when that level was not asked for
  const torch::Tensor& at(int64_t level) const;
  /// The same as tokens, row by row: B x HW x D.
  torch::Tensor tokens(int64_t level) const { return at(level).flatten(2).transpose(1, 2); }

  /// The features of the batch rows `begin` to `end`; views.
  FeaturePyramid rows(int64_t begin, int64_t end) const;

 private:
  std::vector<int64_t> levels_;
  std::vector<torch::Tensor> features_;
};

/// The level numbers of both, ascending, each once.
std::vector<int64_t> union_of_levels(std::span<const int64_t> a, std::span<const int64_t> b);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/backbone/impl/feature_pyramid_inl.hpp>
#endif
