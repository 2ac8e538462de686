#pragma once

#include <cstdint>

namespace faceptor::program {

/// Multiplications with additions in the operators that do nearly all of them, counted from the sizes that really pass through.
class MacCounter {
 public:
  MacCounter();
  ~MacCounter();
  MacCounter(const MacCounter&) = delete;
  MacCounter& operator=(const MacCounter&) = delete;
  double total() const;

 private:
  std::uint64_t handle_;
};

}  // namespace faceptor::program
