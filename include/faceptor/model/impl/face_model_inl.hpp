#pragma once

#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

FACEPTOR_INLINE ViewBatch ViewBatch::all(torch::Tensor images, std::span<const std::size_t> tasks) {
  ViewBatch batch;
  const auto rows = images.dim() > 0 ? images.size(0) : 0;
  for (const auto task : tasks) batch.tasks.push_back({task, 0, rows});
  batch.images = std::move(images);
  return batch;
}

FACEPTOR_INLINE TaskOutputs FaceModel::run(const torch::Tensor& images, std::span<const std::size_t> wanted) {
  std::vector<std::size_t> all(tasks().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const ViewBatch batch = ViewBatch::all(images, wanted.empty() ? std::span<const std::size_t>(all) : wanted);
  return forward(std::span<const ViewBatch>(&batch, 1));
}

FACEPTOR_INLINE ParameterCount count_parameters(const torch::nn::Module& module) {
  ParameterCount count;
  for (const auto& parameter : module.parameters()) count.total += parameter.numel();
  for (const auto& child : module.named_children()) {
    int64_t part = 0;
    for (const auto& parameter : child.value()->parameters()) part += parameter.numel();
    count.parts.emplace_back(child.key(), part);
  }
  return count;
}

namespace detail {

FACEPTOR_INLINE void check_batches(std::span<const ViewBatch> batches, std::size_t tasks) {
  std::vector<bool> seen(tasks, false);
  for (const auto& batch : batches) {
    if (!batch.images.defined() || batch.images.dim() != 4 || batch.images.size(1) != 3 || !batch.images.is_floating_point()) {
      throw Error(ErrorCode::shape, "model: the images of a batch can't be used")
          .expected("B x 3 x H x W of floating-point numbers")
          .found(batch.images.defined() ? text::shape(batch.images.sizes()) + " of " + std::string(batch.images.dtype().name())
                                        : "no tensor");
    }
    for (const auto& [task, begin, end] : batch.tasks) {
      if (task >= tasks) {
        throw Error(ErrorCode::argument, "model: there is no such task")
            .expected("a place below " + std::to_string(tasks))
            .found(std::to_string(task));
      }
      if (seen[task]) throw Error(ErrorCode::argument, "model: a task is asked for twice").found("place " + std::to_string(task));
      seen[task] = true;
      if (begin < 0 || end <= begin || end > batch.images.size(0)) {
        throw Error(ErrorCode::argument, "model: a task's rows are not in the batch")
            .expected("within 0 to " + std::to_string(batch.images.size(0)))
            .found(std::to_string(begin) + " to " + std::to_string(end));
      }
    }
  }
}

FACEPTOR_INLINE torch::Tensor images_for(const torch::nn::Module& model, const torch::Tensor& images) {
  const auto parameters = model.parameters();
  return parameters.empty() ? images : images.to(parameters.front().scalar_type());
}

FACEPTOR_INLINE std::shared_ptr<torch::nn::Module> module_of(const std::shared_ptr<Backbone>& backbone) {
  auto module = std::dynamic_pointer_cast<torch::nn::Module>(backbone);
  if (!module) {
    throw Error(ErrorCode::argument, "model: the backbone is not a LibTorch module")
        .expected("a class that derives from torch::nn::Cloneable and from faceptor::Backbone");
  }
  return module;
}

}  // namespace detail
}  // namespace faceptor
