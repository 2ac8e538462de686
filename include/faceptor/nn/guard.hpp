#pragma once

#include <torch/torch.h>

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

}  // namespace faceptor
