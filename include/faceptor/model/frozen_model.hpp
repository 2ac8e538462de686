#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/face_model.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

/// A model for inference alone: the same tasks and outputs as the plain model that it was made of, sooner.
///
///     const auto loaded = weights::load_model("faceptor-demo.safetensors").freeze();       // or
///     const auto frozen = model->frozen(nn::FreezeOptions().precision(nn::Precision::bf16));
///
/// Each part that knows a faster form of itself (`frozen` of backbones, heads, interpreters) is replaced by it, the others run as they
/// are. In fp32 the outputs are the plain model's but for the order of sums. Nothing in it changes: many threads may use one. It has no
/// parameters to train or to save; parts without a form of their own, and weights that needn't be packed, share the plain model's memory.
class FrozenModel : public FaceModel, public std::enable_shared_from_this<FrozenModel> {
 public:
  using Forward = std::function<TaskOutputs(std::span<const ViewBatch> batches, ForwardTrace* trace)>;

  /// @param plain      what it is made of: tasks, configuration and sizes are the same
  /// @param backbone   what `backbone()` gives
  /// @param forward    what `forward` does; keeps alive what it needs
  /// @param precision  never `automatic`
  FrozenModel(const FaceModel& plain, std::shared_ptr<Backbone> backbone, torch::TensorOptions numbers, nn::Precision precision,
              Forward forward);

  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace = nullptr) override;
  const TaskList& tasks() const override { return tasks_; }
  Backbone& backbone() override { return *backbone_; }
  nlohmann::json config() const override { return config_; }
  std::int64_t map_channels(std::size_t task) const override { return map_channels_.at(task); }
  /// @throws Error(unsupported) always
  torch::nn::Module& module() override;
  /// Itself. @throws Error(argument) for another precision than it has
  std::shared_ptr<FaceModel> frozen(const nn::FreezeOptions& options) override;

  /// Of its large matrix products.
  nn::Precision precision() const noexcept { return precision_; }
  torch::Device device() const noexcept { return numbers_.device(); }

 private:
  TaskList tasks_;
  nlohmann::json config_;
  std::vector<std::int64_t> map_channels_;
  std::shared_ptr<Backbone> backbone_;
  torch::TensorOptions numbers_;
  nn::Precision precision_;
  Forward forward_;
};

namespace detail {

/// The type and device of a model's numbers. @throws Error(argument) when it is in training mode, whose numbers differ from inference's
torch::TensorOptions numbers_to_freeze(const torch::nn::Module& model);

/// A part's frozen form, or the part where it has none.
template <class Part>
std::shared_ptr<Part> frozen_or_plain(const std::shared_ptr<Part>& part, nn::Precision precision) {
  auto frozen = part->frozen(precision);
  return frozen ? frozen : part;
}

/// What `frozen` of a model does: each of its parts that has a faster form is replaced by it.
/// @param parts  with `freeze(precision)`, `backbone` and `forward(batches, trace)`
/// @param who    "faceptor": whom errors are of
template <class Parts>
std::shared_ptr<FaceModel> frozen_model(FaceModel& model, Parts parts, const nn::FreezeOptions& options, const std::string& who) {
  const auto numbers = numbers_to_freeze(model.module());
  const auto precision = nn::precision_on(options.precision(), numbers.device());
  return guarded(who + ": freezing", [&] {
    parts.freeze(precision);
    const auto backbone = parts.backbone;
    return std::make_shared<FrozenModel>(
        model, backbone, numbers, precision,
        [parts = std::move(parts)](std::span<const ViewBatch> batches, ForwardTrace* trace) { return parts.forward(batches, trace); });
  });
}

}  // namespace detail
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/frozen_model_inl.hpp>
#endif
