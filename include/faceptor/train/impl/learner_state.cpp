#include <faceptor/core/error.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/moving_average.hpp>

/// What a learner is made of, given out and taken in by name.
namespace faceptor::train {

nn::NamedTensors Learner::losses_state() const {
  nn::NamedTensors state;
  for (std::size_t i = 0; i < losses_.size(); ++i) {
    if (losses_[i]) add_state(state, "losses." + model_->tasks()[i].name() + ".", weights::state_of(*losses_[i]));
  }
  return state;
}

weights::LoadReport Learner::load_losses(const nn::NamedTensors& tensors) {
  weights::LoadReport report;
  const torch::NoGradGuard no_grad;
  auto own = losses_state();
  for (auto& [name, tensor] : own) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      report.missing.push_back(name);
    } else if (found->second.sizes() != tensor.sizes()) {
      report.mismatched.push_back({name, tensor.sizes().vec(), found->second.sizes().vec()});
    } else {
      tensor.copy_(found->second);
      report.loaded.push_back(name);
    }
  }
  for (const auto& [name, tensor] : tensors) {
    if (!own.contains(name)) report.unexpected.push_back(name);
  }
  return report;
}

nn::NamedTensors Learner::state() const {
  if (micro_batches_ > 0 || (average_ && average_->swapped())) {
    throw Error(ErrorCode::argument, "train: a state is taken between steps, with the model's own weights");
  }
  auto state = weights::state_of(model_->module());
  add_state(state, "", losses_state());
  add_state(state, "optimizer.", optimizer_->state());
  if (average_) add_state(state, "average.", average_->state());
  if (options_.precision == Precision::fp16) {
    state.emplace("scaler.scale", torch::tensor(scaler_.scale(), torch::kFloat64));
    state.emplace("scaler.finite_steps", torch::tensor(scaler_.finite_steps(), torch::kInt64));
  }
  return state;
}

void Learner::load_state(const nn::NamedTensors& given) {
  if (average_ && average_->swapped()) throw Error(ErrorCode::argument, "train: the model has its averaged weights just now");
  auto rest = given;
  const auto optimizer = take_state(rest, "optimizer.");
  const auto average = take_state(rest, "average.");
  const auto scaler = take_state(rest, "scaler.");
  auto own = weights::state_of(model_->module());
  add_state(own, "", losses_state());

  // Everything is checked before anything changes; the optimizer does both at once, so it comes last of the checks.
  expect_same_tensors("model and losses", own, rest);
  expect_same_tensors("the moving average", average_ ? average_->state() : nn::NamedTensors{}, average);
  auto restored = scaler_;
  if (scaler.contains("scale") && scaler.contains("finite_steps")) {
    restored.restore(scaler.at("scale").item<double>(), scaler.at("finite_steps").item<std::int64_t>());
  }
  optimizer_->load_state(optimizer);

  discard();
  scaler_ = restored;
  const torch::NoGradGuard no_grad;
  for (auto& [name, tensor] : own) tensor.copy_(rest.at(name));
  if (average_) average_->load_state(average);
}

}  // namespace faceptor::train
