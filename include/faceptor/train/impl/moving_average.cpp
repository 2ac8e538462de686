#pragma once

#include <fmt/format.h>

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/train/moving_average.hpp>
#include <faceptor/train/named_state.hpp>
#include <faceptor/weights/load_report.hpp>

namespace faceptor::train {

FACEPTOR_INLINE MovingAverage::MovingAverage(torch::nn::Module& module, double decay) : module_(module), decay_(decay) {
  if (!(decay > 0 && decay < 1)) {
    throw Error(ErrorCode::argument, "train: the decay of the moving average is out of range")
        .expected("over 0 and below 1, such as 0.999")
        .found(fmt::format("{:g}", decay));
  }
  for (const auto& [name, tensor] : weights::state_of(module)) average_.emplace(name, tensor.detach().clone());
}

FACEPTOR_INLINE void MovingAverage::update() {
  if (swapped_) throw Error(ErrorCode::argument, "train: the moving average can't take in weights that are its own");
  const torch::NoGradGuard no_grad;
  for (const auto& item : module_.named_parameters()) average_.at(item.key()).lerp_(item.value(), 1 - decay_);
  for (const auto& item : module_.named_buffers()) average_.at(item.key()).copy_(item.value());
}

FACEPTOR_INLINE void MovingAverage::swap() {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : weights::state_of(module_)) {
    auto& own = average_.at(name);
    const auto kept = tensor.detach().clone();
    tensor.copy_(own);
    own.copy_(kept);
  }
  swapped_ = !swapped_;
}

FACEPTOR_INLINE weights::NamedTensors MovingAverage::state() const { return average_; }

FACEPTOR_INLINE void MovingAverage::load_state(const weights::NamedTensors& state) {
  expect_same_tensors("the moving average", average_, state);
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : average_) tensor.copy_(state.at(name));
}

}  // namespace faceptor::train
