#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::train {

/// How the processes that train one model talk. All of them call the same functions in the same order.
///
/// Any of them throws Error(io) when another process has gone or doesn't answer; there is no going on then.
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

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/communicator.cpp>
#endif
