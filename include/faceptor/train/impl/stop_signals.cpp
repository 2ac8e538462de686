#pragma once

#include <faceptor/train/stop_signals.hpp>

namespace faceptor::train {
namespace detail {

FACEPTOR_INLINE volatile std::sig_atomic_t& stop_flag() noexcept {
  static volatile std::sig_atomic_t flag = 0;
  return flag;
}

}  // namespace detail

FACEPTOR_INLINE StopSignals::StopSignals() {
  detail::stop_flag() = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { detail::stop_flag() = 1; };
  // Once: whoever is in a hurry sends a second one. System calls that were under way go on.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

FACEPTOR_INLINE StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

FACEPTOR_INLINE bool StopSignals::asked() noexcept { return detail::stop_flag() != 0; }

}  // namespace faceptor::train
