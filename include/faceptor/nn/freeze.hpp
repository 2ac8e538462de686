#pragma once

#include <torch/torch.h>

#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// What a frozen model computes its large matrix products in. Everything else stays in the type of the weights.
enum class Precision {
  automatic,  ///< the faster one of the two reduced precisions: bf16 where the device has it, else int8
  fp32,       ///< the type of the weights: the plain model's numbers, but for the order of sums
  bf16,       ///< in bfloat16; of CPUs those with AVX512-BF16 or AMX, and GPUs
  int8,       ///< weights rounded a row at a time, inputs a tensor at a time as they come; CPUs only. An image's numbers then depend a
              ///< little on those that go through the network with it
};

/// "auto", "fp32", "bf16", "int8".
std::string_view to_string(Precision precision);
/// @throws Error(argument) for any other name
Precision precision_named(std::string_view name);

/// How a model is frozen.
struct FreezeOptions {
  /// Of the large matrix products.
  TORCH_ARG(Precision, precision) = Precision::fp32;
};

/// The precision that is meant on a device; never `automatic`.
/// @throws Error(unsupported) when the device, this CPU or this LibTorch doesn't have it
Precision precision_on(Precision wanted, torch::Device device);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/freeze_inl.hpp>
#endif
