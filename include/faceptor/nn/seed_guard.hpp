#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <mutex>

namespace faceptor {

/// Seeds LibTorch's generator of a device for a scope and gives it back as it was: what is drawn in the scope, such as initial
/// weights, follows from a seed alone, and nobody else's draws change.
class SeedGuard {
 public:
  explicit SeedGuard(std::uint64_t seed, torch::Device device = torch::kCPU) : generator_(at::globalContext().defaultGenerator(device)) {
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
