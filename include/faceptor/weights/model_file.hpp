#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/model_kinds.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/published/name_map.hpp>
#include <faceptor/tasks/task_registry.hpp>
#include <faceptor/weights/load_report.hpp>

/// Whole models as files: a safetensors file that says itself what it is, a checkpoint of a training run, or a published checkpoint.
namespace faceptor::weights {

/// What a weights file says of itself besides architecture and tasks.
struct ModelInfo {
  std::string licence;                 ///< "CC BY 4.0", "research only", ...
  std::string source;                  ///< who trained it, on what; where it came from
  std::string description;             ///< anything else worth knowing, for people
  bool untrained = false;              ///< random weights: results mean nothing
  std::string hash;                    ///< SHA-256 of the model's tensors; embeddings carry it. Computed when loading and saving
  files::Metadata extra;               ///< further entries of the file's metadata, kept as they are
  std::optional<std::int64_t> step{};  ///< of training that they were taken after, where that is known
};

/// A model and what its file says of it.
struct LoadedModel {
  FaceModelPtr model;
  ModelInfo info;
  nn::NamedTensors losses;  ///< trained parts of losses that the file holds, such as class matrices; "losses.TASK.class_matrix"
  LoadReport report;
  /// Tasks of the file that this program lacks an output kind, head or interpreter of: left out of the model, with a warning each.
  std::vector<AbsentTask> absent{};

  /// The same with its frozen form (model/frozen_model.hpp), which alone is kept; a kind of model without one runs as it is, in fp32. The
  /// plain model is put into evaluation mode, and on the device, if one is given.
  /// @throws Error(unsupported) for a precision that the device or this kind of model doesn't have; Error(argument) when the model is
  ///                            frozen already in another precision, or elsewhere
  LoadedModel freeze(const nn::FreezeOptions& options = {}, std::optional<torch::Device> device = {}) const;
};

/// Loads a weights file: rebuilds backbone, tasks and model from its metadata, or, for a published checkpoint, from its shapes.
/// Of a training run's checkpoint the averaged weights, if it has any.
/// @param path    a file, or a run's folder: see `weights_file`
/// @param config  what a published checkpoint can't tell; any of {"backbone": {"heads"},
///                "decoder": {"heads", "levels", "new_levels"}, "heads": {TYPE: {"kwargs": {"indices"}}}, "tasks": [{"name", "queries",
///                "interpreter"}...], "image_small", "image_large"}. Default: as published. Not looked at for weights files of this library
/// @throws Error(io, format, unsupported, limit)  for a file that isn't one, or whose numbers are not finite; Error(mismatch) when tensors
///                                                and architecture differ
LoadedModel load_model(const std::filesystem::path& path, const nlohmann::json& config = nullptr);

/// A freshly initialised model of a named architecture, marked as untrained. The same seed gives the same weights.
LoadedModel untrained_model(std::string_view architecture, std::uint64_t seed = 0);

/// Writes a model with its architecture, tasks and info. The file appears whole or not at all; one that nothing could load is not written.
/// @param as  the type of its floating-point numbers; fp32 if not given
/// @return    the hash, which stands in the file
/// @throws Error(argument) for a backbone or a kind of model that can't be rebuilt, as it isn't made known by its name
std::string save_model(const std::filesystem::path& path, const FaceModel& model, ModelInfo info, std::optional<files::DType> as = {},
                       const nn::NamedTensors& losses = {});

/// Writes a checkpoint as the published trainer does, under the published names.
/// @throws Error(mismatch) for a model that has parts the published ones don't
void save_published(const std::filesystem::path& path, const FaceModel& model, const nn::NamedTensors& losses = {},
                    std::optional<std::int64_t> step = {});

/// A model's tasks as the tables of published names take them (see name_map.hpp).
std::vector<published::PublishedTask> published_tasks_of(const TaskList& tasks);

/// "fp32", "fp16", "bf16". @throws Error(argument) for any other
files::DType dtype_option(std::string_view name);

/// What a weights file has for one task of a model.
struct TaskMatch {
  enum class Kind {
    same,         ///< the file declares the same task; all of its own tensors were loaded
    fresh,        ///< the file doesn't know it: its queries or head keep their start values
    different,    ///< the file's task of that name has other outputs or another kind: kept at its start values
    only_in_file  ///< the model doesn't have it
  };
  std::string task;
  Kind kind;
  std::string detail;  ///< for `different`: what differs
};

/// What came of loading weights into a model of a possibly different task list.
struct TransferReport {
  std::vector<TaskMatch> tasks;
  LoadReport tensors;
  nn::NamedTensors losses;  ///< trained parts of losses that the file holds, for whoever has these losses
  std::string summary() const;
};

/// Loads what fits of a weights file into a model: backbone, shared parts, and tasks of the same name and shape. Everything else
/// keeps its value. Position embeddings of another size are resized. FaRL's pretraining file fills the backbone alone.
/// @throws Error(mismatch) when nothing at all fits
TransferReport transfer_into(FaceModel& model, const std::filesystem::path& path, const nlohmann::json& config = nullptr);

}  // namespace faceptor::weights

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/weights/impl/model_file_inl.hpp>
#endif
