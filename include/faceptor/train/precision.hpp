#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// What a step computes in. Weights, gradients, optimizer and losses are in fp32 in any case.
enum class Precision {
  fp32,
  bf16,  ///< matrix products in bfloat16, on the CPU and on GPUs; needs no scaling of the loss
  fp16,  ///< matrix products in half precision, with a scaled loss (see train/precision.hpp); GPUs only
};

/// "fp32", "bf16", "fp16".
std::string_view to_string(Precision precision);
/// @throws Error(argument)  for any other name
Precision precision_option(std::string_view name);

/// Mixed precision for a scope: LibTorch's autocast, switched on for a device and put back as it was.
class AutocastGuard {
 public:
  AutocastGuard(Precision precision, torch::DeviceType device);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  torch::DeviceType device_;
  bool enabled_;
  torch::ScalarType dtype_;
};

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
  /// Continues where another ended. @throws Error(argument)  for a scale that isn't over 0 and finite, or a negative count
  void restore(double scale, std::int64_t finite_steps);

 private:
  Options options_;
  double scale_;
  std::int64_t finite_steps_ = 0;
};

}  // namespace faceptor::train
