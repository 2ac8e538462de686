#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>

namespace faceptor {

/// Runs `f`; errors of LibTorch and of memory become this library's own.
/// @param what  what was being done: "analyze: running the network"
template <class F>
decltype(auto) guarded(const std::string& what, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const c10::OutOfMemoryError& e) {
    throw Error(ErrorCode::limit, what + " took more memory than the device has").found(e.what_without_backtrace());
  } catch (const c10::Error& e) {
    throw Error(ErrorCode::internal, what + " failed").found(e.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::limit, what + " took more memory than there is");
  }
}

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
