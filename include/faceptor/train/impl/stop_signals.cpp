#include <faceptor/train/stop_signals.hpp>

namespace faceptor::train {
namespace {

volatile std::sig_atomic_t& stop_flag() noexcept {
  static volatile std::sig_atomic_t flag = 0;
  return flag;
}

}  // namespace

StopSignals::StopSignals() {
  stop_flag() = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { stop_flag() = 1; };
  // Once: a second signal ends the process. Interrupted system calls are restarted.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &interrupt_);
  ::sigaction(SIGTERM, &action, &terminate_);
}

StopSignals::~StopSignals() {
  ::sigaction(SIGINT, &interrupt_, nullptr);
  ::sigaction(SIGTERM, &terminate_, nullptr);
}

bool StopSignals::asked() noexcept { return stop_flag() != 0; }

}  // namespace faceptor::train
