#pragma once

#include <csignal>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// Turns the first SIGINT or SIGTERM into a wish to stop, for a scope; a second one ends the process as it would have.
///
///     StopSignals signals;
///     trainer.stop_when([] { return StopSignals::asked(); });
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  /// Whether one came since the scope began.
  static bool asked() noexcept;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
};

}  // namespace faceptor::train
