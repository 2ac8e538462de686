#pragma once

#include <memory>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/nn/guard.hpp>

/// What both loaders ask of where their samples come from.
namespace faceptor::loading::detail {

/// Runs `f`; whatever is no error of this library becomes one.
template <class F>
decltype(auto) guarded_reading(const std::string& what, F&& f) {
  try {
    return guarded(what, std::forward<F>(f));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    throw Error(ErrorCode::internal, what + " failed").found(e.what());
  }
}

inline void expect_source(const std::shared_ptr<const datasets::Dataset>& data, const Prepare& prepare, const std::string& who) {
  if (data && prepare) return;
  throw Error(ErrorCode::argument, "data: no data set, or nothing that prepares its samples").where(who);
}

}  // namespace faceptor::loading::detail
