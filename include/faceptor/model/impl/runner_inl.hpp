#pragma once

#include <faceptor/core/error.hpp>
#include <faceptor/model/frozen_model.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

FACEPTOR_INLINE torch::Device device_named(const std::string& name) {
  if (name == "auto") return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  std::optional<torch::Device> device;
  try {
    device.emplace(name);
  } catch (const c10::Error&) {
    throw Error(ErrorCode::argument, "there is no device of this name").expected("auto, cpu, cuda or cuda:INDEX").found("\"" + name + "\"");
  }
  // Indices are of eight bits: what doesn't fit is another index.
  if (device->str() != name ||
      (device->is_cuda() && (!torch::cuda::is_available() || device->index() >= static_cast<int>(torch::cuda::device_count())))) {
    throw Error(ErrorCode::argument, "this machine, or this LibTorch, has no such device").where(name);
  }
  return *device;
}

FACEPTOR_INLINE Runner::Runner(FaceModel& model, std::optional<torch::Device> device) : model_(&model), device_(torch::kCPU) {
  if (const auto* frozen = dynamic_cast<const FrozenModel*>(&model)) {
    device_ = frozen->device();
    if (device && device->type() != device_.type()) {
      throw Error(ErrorCode::argument, "model: a frozen model can't be moved to another device")
          .expected(device_.str())
          .found(device->str())
          .hint("move the plain model, then freeze it");
    }
    return;
  }
  device_ = device.value_or(model.module().parameters().front().device());
  if (device) guarded("model: moving the model to its device", [&] { model.module().to(*device); });
  model.module().eval();
}

FACEPTOR_INLINE std::vector<torch::Tensor> Runner::run(const torch::Tensor& images, std::span<const std::size_t> tasks,
                                                       const std::string& who) const {
  const auto batch = ViewBatch::all(images, tasks);
  const auto outputs = pass(std::span(&batch, 1), who);
  return guarded(who + ": reading the outputs", [&] {
    std::vector<torch::Tensor> raw;
    for (const auto task : tasks) raw.push_back(outputs[task].to(torch::kCPU, torch::kFloat32).contiguous());
    return raw;
  });
}

FACEPTOR_INLINE TaskOutputs Runner::pass(std::span<const ViewBatch> batches, const std::string& who) const {
  return guarded(who + ": running the network", [&] {
    const torch::NoGradGuard no_grad;
    std::vector<ViewBatch> moved(batches.begin(), batches.end());
    for (auto& batch : moved) {
      if (batch.images.defined()) batch.images = batch.images.to(device_);
    }
    return model_->forward(moved);
  });
}

FACEPTOR_INLINE torch::Tensor Runner::run_for_scores(const torch::Tensor& images, std::size_t task, const std::string& who) const {
  const auto wanted = std::span<const std::size_t>(&task, 1);
  auto raw = run(images, wanted, who).front();
  if (model_->tasks()[task].compares_faces()) raw = raw + run(images.flip(3), wanted, who).front();
  return raw;
}

}  // namespace faceptor
