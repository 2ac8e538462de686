#pragma once

#include <torch/torch.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// A device by its name: "cpu", "cuda", "cuda:1"; "auto" is "cuda" where there is one, else "cpu". @throws Error(argument) for any other,
/// or one that this machine lacks
torch::Device device_named(const std::string& name);

/// Images in, raw outputs of the wanted tasks out: the one place where a model is run for its results.
///
///     Runner runner(*loaded.model, torch::kCPU);
///     const auto raw = runner.run(images, wanted, "analyze");      // raw[i] belongs to wanted[i]
///
/// The model, which must outlive it, is put into evaluation mode. A frozen one (model/frozen_model.hpp) runs as it is.
class Runner {
 public:
  /// @param device  where the model goes; not given, it stays where it is
  /// @throws Error(argument) for a frozen model that lies elsewhere
  explicit Runner(FaceModel& model, std::optional<torch::Device> device = {});

  /// @param images  B x 3 x H x W, on any device, of any floating-point type
  /// @param tasks   places in the model's list
  /// @param who     begins messages: "analyze"
  /// @return        one tensor a task, contiguous float32 on the CPU, in the order of `tasks`
  /// @throws Error as `FaceModel::forward`
  std::vector<torch::Tensor> run(const torch::Tensor& images, std::span<const std::size_t> tasks, const std::string& who) const;

  /// Several views in one pass, their outputs left where the model lies: for measuring, or for computing with them there.
  /// @throws Error as `FaceModel::forward`
  TaskOutputs pass(std::span<const ViewBatch> batches, const std::string& who) const;

  /// A task's raw outputs as evaluation takes them: of a task that compares faces, those of each image and of its mirror image, added.
  torch::Tensor run_for_scores(const torch::Tensor& images, std::size_t task, const std::string& who) const;

  FaceModel& model() const noexcept { return *model_; }
  /// Where it runs.
  torch::Device device() const noexcept { return device_; }

 private:
  FaceModel* model_;
  torch::Device device_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/runner_inl.hpp>
#endif
