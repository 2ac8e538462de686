#pragma once

#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// How the processes that train one model talk. All of them call the same functions in the same order.
///
/// Any of them throws Error(io) when another process has ended or doesn't answer; the run can't continue then.
class Communicator {
 public:
  /// A sum that is on its way.
  class Pending {
   public:
    virtual ~Pending() = default;
    /// Until the tensor holds the sum.
    virtual void wait() = 0;
  };

  virtual ~Communicator() = default;

  /// This process among all, from 0.
  virtual std::int64_t rank() const = 0;
  /// How many there are.
  virtual std::int64_t size() const = 0;

  /// Replaces each tensor by its sum over all processes.
  virtual void sum(std::span<const torch::Tensor> tensors) = 0;
  /// Begins to; other functions may be called meanwhile, and the order counts among these sums alone.
  virtual std::unique_ptr<Pending> start_sum(const torch::Tensor& tensor) = 0;
  /// Replaces each tensor by that of a process.
  virtual void broadcast(std::span<const torch::Tensor> tensors, std::int64_t from) = 0;
  /// Waits until all processes have come here.
  virtual void barrier() = 0;
  /// Tells the others why this one ends, so that they can say it. The first reason stays.
  virtual void failed(const std::string& reason) noexcept = 0;
};

/// One process that trains alone.
class SingleProcess : public Communicator {
 public:
  std::int64_t rank() const override { return 0; }
  std::int64_t size() const override { return 1; }
  void sum(std::span<const torch::Tensor>) override {}
  std::unique_ptr<Pending> start_sum(const torch::Tensor&) override;
  void broadcast(std::span<const torch::Tensor>, std::int64_t) override {}
  void barrier() override {}
  void failed(const std::string&) noexcept override {}
};

/// Hands this process's text to all, and gives everybody's in the order of ranks.
std::vector<std::string> gather_texts(Communicator& processes, const std::string& mine);

// Many processes that train one model, each on its device: started by `torchrun`, or by anything that sets the same variables.
//
//     torchrun --no-python --nproc-per-node 2 faceptor train --preset tiny --out runs/tiny
//
//     const auto place = process_place();
//     auto processes = join_processes(place);
//     learner.join(processes);

/// Which process this is among those that train together, and where they meet.
struct ProcessPlace {
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  std::int64_t local_rank = 0;  ///< among those on this machine: which of its devices to take
  std::string address{};        ///< of the first process, or of the one that keeps the store
  std::uint16_t port = 0;
  std::string meeting{};         ///< tells messages of this attempt from those before a restart
  bool store_elsewhere = false;  ///< the store is kept by the launcher, not by the first process
};

/// As the environment says: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT, and what torchrun sets besides
/// (TORCHELASTIC_RESTART_COUNT, TORCHELASTIC_RUN_ID, TORCHELASTIC_USE_AGENT_STORE). Without WORLD_SIZE: one process that trains alone.
/// @throws Error(argument)  for variables that are missing or no numbers in range
ProcessPlace process_place();

/// The device of this process: as `device_named`, but that of many processes on a machine each takes its own of "cuda" and "auto".
/// @throws Error(argument)  for an unknown name, or a device that the machine lacks
torch::Device device_of_process(const std::string& name, const ProcessPlace& place);

/// Options of `join_processes`.
struct ProcessOptions {
  /// How long to wait for another process: to join, and in whatever all do together. One that has died is noticed at once; this is for
  /// those that hang, and longer than anything that only one does, such as writing a checkpoint. The environment's
  /// FACEPTOR_PROCESS_TIMEOUT (seconds) goes before it.
  std::chrono::milliseconds timeout = std::chrono::minutes(10);
};

/// Meets the other processes. Tensors on the CPU are exchanged through gloo, those on GPUs through NCCL where LibTorch was built with it.
/// From then on SIGPIPE is ignored, unless the application has a handler of its own.
/// @return  `SingleProcess` for one alone
/// @throws Error(io)           when the others don't come
/// @throws Error(unsupported)  when this library was built without (FACEPTOR_WITH_DISTRIBUTED)
std::shared_ptr<Communicator> join_processes(const ProcessPlace& place, ProcessOptions options = {});

/// Whether `join_processes` can join others in this build.
bool many_processes_supported() noexcept;

}  // namespace faceptor::train
