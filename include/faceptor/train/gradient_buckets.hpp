#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/train/processes.hpp>

namespace faceptor::train {

/// Averages gradients over processes while the backward pass still computes others.
///
/// The parameters are laid into buckets, the last ones first, since their gradients come first. As soon as all of a bucket's gradients
/// are there its sum is begun (Li et al.: "PyTorch Distributed", VLDB 2020). What lies where never changes, so that a run that is
/// resumed adds up in the same order; which parameters a bucket waits for is learned from the step before.
///
///     buckets.begin();
///     loss.backward();
///     buckets.finish();   // each gradient is now the mean of all processes'
class GradientBuckets {
 public:
  /// @param parameters  the same in all processes; those that need no gradient are left out
  /// @param bytes       of a bucket; a parameter that is larger gets one of its own
  GradientBuckets(const std::vector<torch::Tensor>& parameters, std::shared_ptr<Communicator> processes, std::int64_t bytes = 25 << 20);
  ~GradientBuckets();
  GradientBuckets(const GradientBuckets&) = delete;
  GradientBuckets& operator=(const GradientBuckets&) = delete;

  /// Gradients that come from here on are whole: of several backward passes of a step, this goes before the last.
  void begin();
  /// Waits until all gradients are means. A parameter that no process has a gradient of stays without; one that some processes lack
  /// counts as zero there.
  void finish();
  /// Forgets what was begun. All processes have to.
  void cancel();

  /// Buckets whose sums began before the last backward pass was over.
  std::size_t overlapped() const;
  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the hooks on parameters, which may outlive this
};

}  // namespace faceptor::train
