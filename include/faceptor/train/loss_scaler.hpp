#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// The factor on a loss that keeps gradients in half precision's range ("Mixed precision training", ICLR 2018).
///
/// It doubles after `growth_interval` steps in a row whose gradients were finite, and halves after each that wasn't.
class LossScaler {
 public:
  struct Options {
    double start = 65536;
    double growth = 2;
    double backoff = 0.5;
    std::int64_t growth_interval = 100;  ///< steps; the reference's
    double largest = 16777216;           ///< 2^24
  };

  LossScaler() : LossScaler(Options()) {}
  /// @throws Error(argument)  for options out of range
  explicit LossScaler(Options options);

  /// What to multiply the loss with, and to divide the gradients by.
  double scale() const noexcept { return scale_; }
  /// To be told after each step whether its gradients were finite.
  void update(bool finite);

  std::int64_t finite_steps() const noexcept { return finite_steps_; }
  /// Goes on where another left off. @throws Error(argument)  for a scale that isn't over 0 and finite, or a negative count
  void restore(double scale, std::int64_t finite_steps);

 private:
  Options options_;
  double scale_;
  std::int64_t finite_steps_ = 0;
};

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/loss_scaler.cpp>
#endif
