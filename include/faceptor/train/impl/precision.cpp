#pragma once

#include <ATen/autocast_mode.h>

#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/train/precision.hpp>

namespace faceptor::train {

FACEPTOR_INLINE std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::fp32: return "fp32";
    case Precision::bf16: return "bf16";
    case Precision::fp16: return "fp16";
  }
  throw Error(ErrorCode::internal, "train: unknown precision");
}

FACEPTOR_INLINE Precision precision_option(std::string_view name) {
  for (const auto precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
    if (name == to_string(precision)) return precision;
  }
  throw Error(ErrorCode::argument, "train: there is no such precision").expected("fp32, bf16 or fp16").found(std::string(name));
}

FACEPTOR_INLINE AutocastGuard::AutocastGuard(Precision precision, torch::DeviceType device)
    : device_(device), enabled_(at::autocast::is_autocast_enabled(device)), dtype_(at::autocast::get_autocast_dtype(device)) {
  at::autocast::increment_nesting();
  if (precision != Precision::fp32) {
    at::autocast::set_autocast_dtype(device_, precision == Precision::bf16 ? torch::kBFloat16 : torch::kFloat16);
  }
  at::autocast::set_autocast_enabled(device_, precision != Precision::fp32);
}

FACEPTOR_INLINE AutocastGuard::~AutocastGuard() {
  // Weights that were converted are kept for reuse up to here; the next step has others.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, enabled_);
  at::autocast::set_autocast_dtype(device_, dtype_);
}

}  // namespace faceptor::train
