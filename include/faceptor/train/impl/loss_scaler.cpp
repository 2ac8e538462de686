#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/train/loss_scaler.hpp>

namespace faceptor::train {

FACEPTOR_INLINE LossScaler::LossScaler(Options options) : options_(options), scale_(options.start) {
  const bool right = options.start > 0 && std::isfinite(options.largest) && options.start <= options.largest && options.growth >= 1 &&
                     std::isfinite(options.growth) && options.backoff > 0 && options.backoff < 1 && options.growth_interval >= 1;
  if (right) return;
  throw Error(ErrorCode::argument, "train: options of the loss scaler are out of range")
      .expected("0 < start <= largest, growth at least 1, backoff between 0 and 1, an interval of at least 1")
      .found(fmt::format("start {:g}, largest {:g}, growth {:g}, backoff {:g}, interval {}", options.start, options.largest, options.growth,
                         options.backoff, options.growth_interval));
}

FACEPTOR_INLINE void LossScaler::update(bool finite) {
  if (!finite) {
    scale_ *= options_.backoff;
    finite_steps_ = 0;
  } else if (++finite_steps_ >= options_.growth_interval) {
    scale_ = std::min(scale_ * options_.growth, options_.largest);
    finite_steps_ = 0;
  }
}

FACEPTOR_INLINE void LossScaler::restore(double scale, std::int64_t finite_steps) {
  if (!(scale > 0) || !std::isfinite(scale) || finite_steps < 0) {
    throw Error(ErrorCode::argument, "train: not the state of a loss scaler")
        .expected("a scale over 0 and a count")
        .found(fmt::format("{:g} and {}", scale, finite_steps));
  }
  scale_ = scale;
  finite_steps_ = finite_steps;
}

}  // namespace faceptor::train
