#pragma once

#include <utility>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"

/// The error that an action ends with; fails the test if it ends well or with another exception.
template <class Action>
faceptor::Error error_of(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const faceptor::Error& e) {
    return e;
  }
  FAIL("not refused");
  return faceptor::Error(faceptor::ErrorCode::internal, "");
}
