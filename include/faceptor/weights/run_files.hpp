#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

/// Where a training run keeps its checkpoints, for those who read them as weights: `RUN/checkpoints/step_0000012000.safetensors`.
namespace faceptor::weights {

/// What marks a safetensors file as a checkpoint of a run, and its entries. `info` is JSON; its "model" is what a weights file says of
/// itself. Tensors of the model have its own names; those of the optimizer, the moving average and the scaler a prefix each.
inline constexpr const char *kCheckpointFormat = "faceptor.checkpoint", *kCheckpointInfo = "info", *kCheckpointStep = "step";

/// A checkpoint's file.
struct RunCheckpoint {
  std::uint64_t step;
  std::filesystem::path path;
};

/// The name of a step's file.
std::string checkpoint_name(std::uint64_t step);

/// All files of a folder named as checkpoints, by rising step; not looked into. @throws Error(io) when the folder can't be listed
std::vector<RunCheckpoint> checkpoints_in(const std::filesystem::path& folder);

/// The file that a path stands for: a file itself; of a run's folder, or its folder of checkpoints, the newest checkpoint, or a step's.
/// A run whose checkpoints are gone is its `weights.safetensors`.
/// @throws Error(io)        when there is no such file; naming the steps there are, where one was asked for
/// @throws Error(argument)  for a step of a file
std::filesystem::path weights_file(const std::filesystem::path& path, std::optional<std::uint64_t> step = {});

}  // namespace faceptor::weights

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/weights/impl/run_files_inl.hpp>
#endif
