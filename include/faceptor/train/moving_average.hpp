#pragma once

#include <torch/torch.h>

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>

namespace faceptor::train {

/// The exponential moving average of a model's weights, which often does better than the last ones:
/// `average = decay average + (1 - decay) weight` after each step. Buffers (BatchNorm statistics) are taken as they are.
///
///     {
///       const MovingAverage::Applied averaged(*learner.average());     // the model now has the averaged weights
///       evaluate(model);
///     }                                                                 // and here its own again, bit for bit
class MovingAverage {
 public:
  /// Starts with the module's present weights.
  /// @param module  outlives the average
  /// @param decay   over 0 to below 1, such as 0.999. @throws Error(argument)
  MovingAverage(torch::nn::Module& module, double decay);

  /// Takes in the module's weights. @throws Error(argument) while they are swapped
  void update();
  /// Exchanges the module's weights with the average; a second call undoes the first.
  void swap();
  bool swapped() const noexcept { return swapped_; }

  /// The averaged weights and buffers under the module's names; its own tensors, not copies.
  weights::NamedTensors state() const;
  /// @throws Error(mismatch)  for names or shapes that aren't the module's; nothing is changed then
  void load_state(const weights::NamedTensors& state);

  double decay() const noexcept { return decay_; }

  /// Swaps for a scope.
  class Applied {
   public:
    explicit Applied(MovingAverage& average) : average_(average) { average_.swap(); }
    ~Applied() { average_.swap(); }
    Applied(const Applied&) = delete;
    Applied& operator=(const Applied&) = delete;

   private:
    MovingAverage& average_;
  };

 private:
  torch::nn::Module& module_;
  double decay_;
  weights::NamedTensors average_;
  bool swapped_ = false;
};

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/train/impl/moving_average.cpp>
#endif
