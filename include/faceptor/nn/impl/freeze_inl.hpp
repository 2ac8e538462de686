#pragma once

#include <algorithm>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/freeze.hpp>

namespace faceptor::nn {
namespace detail {

/// Whether this CPU multiplies bfloat16 itself; others would be slower by it than in float32.
FACEPTOR_INLINE bool cpu_has_bfloat16() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

/// The engine of LibTorch for dynamically quantized layers; `NoQEngine` without one.
FACEPTOR_INLINE at::QEngine int8_engine() {
  const auto& engines = at::globalContext().supportedQEngines();
  for (const auto engine : {at::QEngine::X86, at::QEngine::FBGEMM}) {
    if (std::find(engines.begin(), engines.end(), engine) != engines.end()) return engine;
  }
  return at::QEngine::NoQEngine;
}

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::automatic: return "auto";
    case Precision::fp32: return "fp32";
    case Precision::bf16: return "bf16";
    case Precision::int8: return "int8";
  }
  throw Error(ErrorCode::internal, "nn: unknown precision");
}

FACEPTOR_INLINE Precision precision_named(std::string_view name) {
  for (const auto precision : {Precision::automatic, Precision::fp32, Precision::bf16, Precision::int8}) {
    if (to_string(precision) == name) return precision;
  }
  throw Error(ErrorCode::argument, "there is no precision of this name")
      .expected("auto, fp32, bf16 or int8")
      .found("\"" + std::string(name) + "\"");
}

FACEPTOR_INLINE Precision precision_on(Precision wanted, torch::Device device) {
  const bool bf16 = !device.is_cpu() || detail::cpu_has_bfloat16();
  if (wanted == Precision::automatic) wanted = bf16 ? Precision::bf16 : Precision::int8;
  if (wanted == Precision::bf16 && !bf16) {
    throw Error(ErrorCode::unsupported, "freeze: this CPU doesn't compute in bf16").expected("AVX512-BF16").hint("use int8 or fp32");
  }
  if (wanted == Precision::int8 && (!device.is_cpu() || detail::int8_engine() == at::QEngine::NoQEngine)) {
    throw Error(ErrorCode::unsupported, "freeze: int8 is not to be had here")
        .expected("a CPU, and a LibTorch with FBGEMM")
        .found(device.str())
        .hint("use bf16 or fp32");
  }
  return wanted;
}

}  // namespace faceptor::nn
