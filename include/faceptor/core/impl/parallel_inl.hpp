#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <faceptor/core/parallel.hpp>

namespace faceptor {

FACEPTOR_INLINE std::size_t thread_count(int wanted) noexcept {
  return wanted > 0 ? static_cast<std::size_t>(wanted) : std::max(1U, std::thread::hardware_concurrency());
}

FACEPTOR_INLINE void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t failed = count;
  std::exception_ptr failure;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        // Every lower index was begun before, and says so itself if it fails too.
        next = count;
        const std::lock_guard lock(mutex);
        if (i < failed) failed = i, failure = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      for (std::size_t i = 1; i < std::min(thread_count(threads), count); ++i) helpers.emplace_back(run);
    } catch (const std::system_error&) {
      // The machine has no more threads: those that there are do the work.
    }
    run();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace faceptor
