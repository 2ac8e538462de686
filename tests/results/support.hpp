#pragma once

#include <optional>
#include <string>

#include <faceptor/core/error.hpp>

namespace results_test {

/// The code of the Error that `action` throws; nothing when it throws none. Any other exception goes through and fails the test.
template <class Action>
std::optional<faceptor::ErrorCode> code_of(Action&& action) {
  try {
    action();
  } catch (const faceptor::Error& e) {
    return e.code();
  }
  return std::nullopt;
}

/// The message of the Error that `action` throws; empty when it throws none.
template <class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const faceptor::Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace results_test
