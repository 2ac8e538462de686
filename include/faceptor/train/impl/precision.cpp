#include <ATen/autocast_mode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/train/precision.hpp>

namespace faceptor::train {

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::fp32: return "fp32";
    case Precision::bf16: return "bf16";
    case Precision::fp16: return "fp16";
  }
  throw Error(ErrorCode::internal, "train: unknown precision");
}

Precision precision_option(std::string_view name) {
  for (const auto precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
    if (name == to_string(precision)) return precision;
  }
  throw Error(ErrorCode::argument, "train: there is no such precision").expected("fp32, bf16 or fp16").found(std::string(name));
}

AutocastGuard::AutocastGuard(Precision precision, torch::DeviceType device)
    : device_(device), enabled_(at::autocast::is_autocast_enabled(device)), dtype_(at::autocast::get_autocast_dtype(device)) {
  at::autocast::increment_nesting();
  if (precision != Precision::fp32) {
    at::autocast::set_autocast_dtype(device_, precision == Precision::bf16 ? torch::kBFloat16 : torch::kFloat16);
  }
  at::autocast::set_autocast_enabled(device_, precision != Precision::fp32);
}

AutocastGuard::~AutocastGuard() {
  // Weights that were converted are kept for reuse up to here; the next step has others.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, enabled_);
  at::autocast::set_autocast_dtype(device_, dtype_);
}

LossScaler::LossScaler(Options options) : options_(options), scale_(options.start) {
  const bool right = options.start > 0 && std::isfinite(options.largest) && options.start <= options.largest && options.growth >= 1 &&
                     std::isfinite(options.growth) && options.backoff > 0 && options.backoff < 1 && options.growth_interval >= 1;
  if (right) return;
  throw Error(ErrorCode::argument, "train: options of the loss scaler are out of range")
      .expected("0 < start <= largest, growth at least 1, backoff between 0 and 1, an interval of at least 1")
      .found(fmt::format("start {:g}, largest {:g}, growth {:g}, backoff {:g}, interval {}", options.start, options.largest, options.growth,
                         options.backoff, options.growth_interval));
}

void LossScaler::update(bool finite) {
  if (!finite) {
    scale_ *= options_.backoff;
    finite_steps_ = 0;
  } else if (++finite_steps_ >= options_.growth_interval) {
    scale_ = std::min(scale_ * options_.growth, options_.largest);
    finite_steps_ = 0;
  }
}

void LossScaler::restore(double scale, std::int64_t finite_steps) {
  if (!(scale > 0) || !std::isfinite(scale) || finite_steps < 0) {
    throw Error(ErrorCode::argument, "train: not the state of a loss scaler")
        .expected("a scale over 0 and a count")
        .found(fmt::format("{:g} and {}", scale, finite_steps));
  }
  scale_ = scale;
  finite_steps_ = finite_steps;
}

}  // namespace faceptor::train
