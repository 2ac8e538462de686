#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/weights/run_files.hpp>

/// The state of a run on disk: everything needed to resume it, in one file a checkpoint.
///
///     Checkpoints checkpoints("runs/mine/checkpoints", {.newest = 2, .keep_every = 5000});
///     checkpoints.save({step, learner.state(), info});
///     if (auto snapshot = checkpoints.newest()) learner.load_state(snapshot->tensors);
namespace faceptor::train {

/// A run between two steps.
struct Snapshot {
  std::uint64_t step = 0;                          ///< steps done; the next one has this number
  nn::NamedTensors tensors;                        ///< of the learner: weights, optimizer, moving average
  nlohmann::json info = nlohmann::json::object();  ///< whatever else a run must know: configuration, counts. "model" makes it weights
};

/// Which checkpoints stay.
struct CheckpointOptions {
  std::size_t newest = 2;        ///< the newest ones, at least 1: a second one is there if the first is damaged
  std::uint64_t keep_every = 0;  ///< and those of every so many steps; 0: none
};

/// The checkpoints of a run's folder.
///
/// A file appears whole or not at all (written beside its place, flushed, renamed), and only then are older ones removed: whenever a
/// process is killed, what it leaves can be resumed. Each file carries a SHA-256 of all it holds, checked when it is read.
class Checkpoints {
 public:
  /// Makes the folder where needed, and removes unfinished files that a killed process left.
  /// @throws Error(io)
  explicit Checkpoints(std::filesystem::path folder, CheckpointOptions options = {});

  /// Writes a checkpoint, then removes those that needn't stay.
  /// @return its path
  /// @throws Error(argument)  when a number isn't finite: such a checkpoint would be worth nothing; nothing is written then
  /// @throws Error(io)        when it can't be written, as on a full disk; all others are as they were then
  std::filesystem::path save(const Snapshot& snapshot);

  /// The newest one that is whole. Damaged ones are passed over with a warning.
  std::optional<Snapshot> newest() const;

  /// From now on this step's checkpoint stays, too, and the one given before needn't any longer.
  void keep(std::optional<std::uint64_t> step) noexcept { kept_ = step; }

  /// A checkpoint's file, all of it checked. The tensors are copies.
  /// @throws Error(io, format, unsupported)  naming the file
  static Snapshot load(const std::filesystem::path& path);

  using Entry = weights::RunCheckpoint;
  /// All files named as checkpoints, by rising step; not looked into.
  std::vector<Entry> list() const;

  const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  void prune() const;

  std::filesystem::path folder_;
  CheckpointOptions options_;
  std::optional<std::uint64_t> kept_;
};

/// Keeps other processes out of a run's folder as long as it lives; a process that is killed lets go of it.
class RunLock {
 public:
  /// @throws Error(io) when the folder can't be written, or another process has it
  explicit RunLock(const std::filesystem::path& folder);
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

 private:
  int descriptor_ = -1;
};

}  // namespace faceptor::train
