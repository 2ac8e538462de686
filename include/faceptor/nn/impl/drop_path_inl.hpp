#pragma once

#include <vector>

#include <faceptor/nn/drop_path.hpp>

namespace faceptor::nn {

FACEPTOR_INLINE torch::Tensor drop_path(const torch::Tensor& branch, double rate, bool training) {
  if (!training || rate == 0.0) return branch;
  std::vector<int64_t> sizes(static_cast<std::size_t>(branch.dim()), 1);  // B x 1 x 1 ...
  sizes[0] = branch.size(0);
  return branch * torch::empty(sizes, branch.options()).bernoulli_(1.0 - rate).div_(1.0 - rate);
}

}  // namespace faceptor::nn
