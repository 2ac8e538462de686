#pragma once

#include <torch/torch.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/tasks/task_list.hpp>

namespace faceptor {

/// A task and the rows of a batch in which it is wanted.
struct TaskRows {
  std::size_t task;  ///< place in the model's task list
  int64_t begin = 0;
  int64_t end = 0;
};

/// Images of one size and the tasks wanted of them.
///
/// In inference every task is wanted of every image; in training each task has rows of its own, and the backbone still runs
/// once. Rows that no task wants should not be in a batch.
struct ViewBatch {
  torch::Tensor images;         ///< B x 3 x H x W, normalised as the tasks' view says
  std::vector<TaskRows> tasks;  ///< in any order; each task at most once over all batches

  /// All of these tasks in all rows.
  static ViewBatch all(torch::Tensor images, std::span<const std::size_t> tasks);
};

/// The raw outputs of the tasks that were asked for.
class TaskOutputs {
 public:
  explicit TaskOutputs(std::size_t tasks) : outputs_(tasks) {}

  /// B x outputs; B x outputs x h x w; or B x dimension. Undefined for a task that was not asked for.
  const torch::Tensor& operator[](std::size_t task) const { return outputs_.at(task); }
  torch::Tensor& operator[](std::size_t task) { return outputs_.at(task); }
  std::size_t size() const noexcept { return outputs_.size(); }

 private:
  std::vector<torch::Tensor> outputs_;
};

/// What a forward may be asked to tell besides the outputs. For tests and explanations; costs memory.
struct ForwardTrace {
  std::vector<FeaturePyramid> features;                       ///< out: one a batch
  std::vector<decoder::Memory> memories;                      ///< out: one a batch, of Faceptor
  std::vector<std::vector<decoder::QueryRows>> query_groups;  ///< out: one list a batch, of Faceptor
  std::vector<std::vector<decoder::Trace>> decoder;           ///< out: one a batch and group, of Faceptor
};

/// One network for many face tasks: a backbone, a task list, and what joins them. `Faceptor` and `NaiveFaceptor` are its kinds.
///
/// One forward serves training and inference. The backbone runs once per batch, up to the last level that the wanted tasks
/// need; what tasks share is computed once; a task that is not asked for costs nothing.
class FaceModel {
 public:
  virtual ~FaceModel() = default;

  /// @throws Error(argument) for a task out of range, asked for twice, or rows outside the batch; Error(shape) for images
  virtual TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace = nullptr) = 0;

  virtual const TaskList& tasks() const = 0;
  virtual Backbone& backbone() = 0;
  /// What rebuilds the model but for its tasks: {"kind": "faceptor" | "naive_faceptor", "backbone": {...}, ...}.
  virtual nlohmann::json config() const = 0;
  /// About how many channels are held at once where a task's maps are made, at their size. For estimates of memory.
  virtual std::int64_t map_channels(std::size_t task) const {
    static_cast<void>(task);
    return 256;
  }
  /// The LibTorch module: parameters, device, training mode.
  virtual torch::nn::Module& module() = 0;
  const torch::nn::Module& module() const { return const_cast<FaceModel*>(this)->module(); }

  /// A faster form for inference alone (model/frozen_model.hpp). Null for a kind of model that has none: it runs as it is.
  /// @throws Error(argument) in training mode; Error(unsupported) for a precision that the model's device doesn't have
  virtual std::shared_ptr<FaceModel> frozen(const nn::FreezeOptions& options) {
    static_cast<void>(options);
    return nullptr;
  }

  /// The outputs of some tasks (all of them if none are named) for images that suit all of their views.
  TaskOutputs run(const torch::Tensor& images, std::span<const std::size_t> tasks = {});
};

/// Number of parameters (buffers not counted), of the whole and of each direct child of the module.
struct ParameterCount {
  int64_t total = 0;
  std::vector<std::pair<std::string, int64_t>> parts;
};
ParameterCount count_parameters(const torch::nn::Module& module);

namespace detail {

/// @throws Error as `FaceModel::forward`
void check_batches(std::span<const ViewBatch> batches, std::size_t tasks);

/// Images in the type of the model's parameters, so that double or half images do as well.
torch::Tensor images_for(const torch::nn::Module& model, const torch::Tensor& images);

/// A backbone that is a LibTorch module as well. @throws Error(argument) when it isn't
std::shared_ptr<torch::nn::Module> module_of(const std::shared_ptr<Backbone>& backbone);

}  // namespace detail
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/face_model_inl.hpp>
#endif
