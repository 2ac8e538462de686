#pragma once

#include <torch/torch.h>

#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// What a step computes in. Weights, gradients, optimizer and losses are in fp32 in any case.
enum class Precision {
  fp32,
  bf16,  ///< matrix products in bfloat16, on the CPU and on GPUs; needs no scaling of the loss
  fp16,  ///< matrix products in half precision, with a scaled loss (see train/loss_scaler.hpp); GPUs only
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

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/precision.cpp>
#endif
