#pragma once

#include <torch/torch.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/train/communicator.hpp>

/// Many processes that train one model, each on its device: started by `torchrun`, or by anything that sets the same variables.
///
///     torchrun --no-python --nproc-per-node 2 faceptor train --preset tiny --out runs/tiny
///
///     const auto place = process_place();
///     auto processes = join_processes(place);
///     learner.join(processes);
namespace faceptor::train {

/// Which process this is among those that train together, and where they meet.
struct ProcessPlace {
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  std::int64_t local_rank = 0;  ///< among those on this machine: which of its devices to take
  std::string address{};        ///< of the first process, or of whoever keeps the store
  std::uint16_t port = 0;
  std::string meeting{};         ///< tells apart what is told in this attempt from what was told before a restart
  bool store_elsewhere = false;  ///< the store is kept by the launcher, not by the first process
};

/// As the environment says: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT, and what torchrun sets besides
/// (TORCHELASTIC_RESTART_COUNT, TORCHELASTIC_RUN_ID, TORCHELASTIC_USE_AGENT_STORE). Without WORLD_SIZE: one process that trains alone.
/// @throws Error(argument)  for variables that are missing or no numbers in range
ProcessPlace process_place();

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

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/processes.cpp>
#endif
