#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <mutex>

namespace faceptor {

/// Seeds LibTorch's CPU generator for a scope and gives it back as it was: initial weights follow from a seed alone, and nobody
/// else's draws change.
class SeedGuard {
 public:
  explicit SeedGuard(std::uint64_t seed) : generator_(at::detail::getDefaultCPUGenerator()) {
    const std::lock_guard lock(generator_.mutex());
    state_ = generator_.get_state();
    generator_.set_current_seed(seed);
  }
  ~SeedGuard() {
    const std::lock_guard lock(generator_.mutex());
    generator_.set_state(state_);
  }
  SeedGuard(const SeedGuard&) = delete;
  SeedGuard& operator=(const SeedGuard&) = delete;

 private:
  at::Generator generator_;
  torch::Tensor state_;
};

}  // namespace faceptor
