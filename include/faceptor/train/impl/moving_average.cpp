#include <fmt/format.h>

#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/moving_average.hpp>
#include <faceptor/weights/load_report.hpp>

namespace faceptor::train {

void add_state(nn::NamedTensors& to, const std::string& prefix, const nn::NamedTensors& tensors) {
  for (const auto& [name, tensor] : tensors) to.emplace(prefix + name, tensor);
}

nn::NamedTensors take_state(nn::NamedTensors& from, const std::string& prefix) {
  nn::NamedTensors taken;
  for (auto it = from.lower_bound(prefix); it != from.end() && it->first.starts_with(prefix);) {
    taken.emplace(it->first.substr(prefix.size()), it->second);
    it = from.erase(it);
  }
  return taken;
}

void expect_same_tensors(std::string_view what, const nn::NamedTensors& own, const nn::NamedTensors& given) {
  const auto fault = [&](const std::string& name) {
    return Error(ErrorCode::mismatch, "train: the state of " + std::string(what) + " is another run's").where(name);
  };
  for (const auto& [name, tensor] : own) {
    const auto found = given.find(name);
    if (found == given.end()) throw fault(name).expected("a tensor of that name");
    if (found->second.sizes() != tensor.sizes()) {
      throw fault(name).expected(text::shape(tensor.sizes())).found(text::shape(found->second.sizes()));
    }
  }
  for (const auto& [name, tensor] : given) {
    if (!own.contains(name)) throw fault(name).found("a tensor that there is no place for");
  }
}

MovingAverage::MovingAverage(torch::nn::Module& module, double decay) : module_(module), decay_(decay) {
  if (!(decay > 0 && decay < 1)) {
    throw Error(ErrorCode::argument, "train: the decay of the moving average is out of range")
        .expected("over 0 and below 1, such as 0.999")
        .found(fmt::format("{:g}", decay));
  }
  for (const auto& [name, tensor] : weights::state_of(module)) average_.emplace(name, tensor.detach().clone());
}

void MovingAverage::update() {
  if (swapped_) throw Error(ErrorCode::argument, "train: the moving average can't take in weights that are its own");
  const torch::NoGradGuard no_grad;
  for (const auto& item : module_.named_parameters()) average_.at(item.key()).lerp_(item.value(), 1 - decay_);
  for (const auto& item : module_.named_buffers()) average_.at(item.key()).copy_(item.value());
}

void MovingAverage::swap() {
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : weights::state_of(module_)) {
    auto& own = average_.at(name);
    const auto kept = tensor.detach().clone();
    tensor.copy_(own);
    own.copy_(kept);
  }
  swapped_ = !swapped_;
}

nn::NamedTensors MovingAverage::state() const { return average_; }

void MovingAverage::load_state(const nn::NamedTensors& state) {
  expect_same_tensors("the moving average", average_, state);
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : average_) tensor.copy_(state.at(name));
}

}  // namespace faceptor::train
