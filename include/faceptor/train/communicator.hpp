#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <span>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// How the processes that train one model talk. All of them call the same functions in the same order.
class Communicator {
 public:
  virtual ~Communicator() = default;

  /// This process among all, from 0.
  virtual std::int64_t rank() const = 0;
  /// How many there are.
  virtual std::int64_t size() const = 0;

  /// Replaces each tensor by its sum over all processes.
  virtual void sum(std::span<const torch::Tensor> tensors) = 0;
  /// Replaces each tensor by that of a process.
  virtual void broadcast(std::span<const torch::Tensor> tensors, std::int64_t from) = 0;
  /// Waits until all processes have come here.
  virtual void barrier() = 0;
};

/// One process that trains alone.
class SingleProcess : public Communicator {
 public:
  std::int64_t rank() const override { return 0; }
  std::int64_t size() const override { return 1; }
  void sum(std::span<const torch::Tensor>) override {}
  void broadcast(std::span<const torch::Tensor>, std::int64_t) override {}
  void barrier() override {}
};

}  // namespace faceptor::train
