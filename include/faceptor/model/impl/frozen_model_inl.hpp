#pragma once

#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/model/frozen_model.hpp>

namespace faceptor {

FACEPTOR_INLINE FrozenModel::FrozenModel(const FaceModel& plain, std::shared_ptr<Backbone> backbone, torch::TensorOptions numbers,
                                         nn::Precision precision, Forward forward)
    : tasks_(plain.tasks()),
      config_(plain.config()),
      backbone_(std::move(backbone)),
      numbers_(numbers),
      precision_(precision),
      forward_(std::move(forward)) {
  for (std::size_t task = 0; task < tasks_.size(); ++task) map_channels_.push_back(plain.map_channels(task));
}

FACEPTOR_INLINE TaskOutputs FrozenModel::forward(std::span<const ViewBatch> batches, ForwardTrace* trace) {
  const torch::NoGradGuard no_grad;
  detail::check_batches(batches, tasks_.size());
  std::vector<ViewBatch> typed(batches.begin(), batches.end());
  for (auto& batch : typed) batch.images = batch.images.to(numbers_.dtype());
  return forward_(typed, trace);
}

FACEPTOR_INLINE torch::nn::Module& FrozenModel::module() {
  throw Error(ErrorCode::unsupported, "model: a frozen model has no parameters")
      .hint("keep the plain model for training, saving and moving to another device");
}

FACEPTOR_INLINE std::shared_ptr<FaceModel> FrozenModel::frozen(const nn::FreezeOptions& options) {
  const auto wanted = nn::precision_on(options.precision(), device());
  if (wanted != precision_) {
    throw Error(ErrorCode::argument, "freeze: the model is frozen already, in another precision")
        .expected(std::string(nn::to_string(wanted)))
        .found(std::string(nn::to_string(precision_)))
        .hint("freeze the plain model again");
  }
  return shared_from_this();
}

namespace detail {

FACEPTOR_INLINE torch::TensorOptions numbers_to_freeze(const torch::nn::Module& model) {
  if (model.is_training()) {
    throw Error(ErrorCode::argument, "freeze: the model is in training mode").hint("call module().eval() first");
  }
  const auto parameters = model.parameters();
  return parameters.empty() ? torch::TensorOptions(torch::kFloat32) : parameters.front().options().requires_grad(false);
}

}  // namespace detail
}  // namespace faceptor
