#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <utility>

#include <faceptor/core/log.hpp>
#include <faceptor/core/unicode.hpp>

namespace faceptor {
namespace detail {

struct LogState {
  std::mutex mutex;
  std::shared_ptr<const LogSink> sink = std::make_shared<LogSink>([](LogLevel level, std::string_view line) {
    // Lines quote names of files, which may hold anything.
    if (level == LogLevel::warning) std::fprintf(stderr, "faceptor: %s\n", text::printable(line).c_str());
  });
};

FACEPTOR_INLINE LogState& log_state() {
  static LogState state;
  return state;
}

}  // namespace detail

FACEPTOR_INLINE void set_log_sink(LogSink sink) {
  auto& state = detail::log_state();
  const std::lock_guard lock(state.mutex);
  state.sink = std::make_shared<const LogSink>(std::move(sink));
}

FACEPTOR_INLINE void log(LogLevel level, std::string_view line) {
  auto& state = detail::log_state();
  std::shared_ptr<const LogSink> sink;
  {
    const std::lock_guard lock(state.mutex);
    sink = state.sink;
  }
  if (*sink) (*sink)(level, line);
}

}  // namespace faceptor
