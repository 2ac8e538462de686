#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>

/// States as tensors by name: how the parts of a run are joined into one, and told apart again.
namespace faceptor::train {

/// Adds tensors under names with a prefix.
void add_state(nn::NamedTensors& to, const std::string& prefix, const nn::NamedTensors& tensors);

/// Takes those whose names begin with a prefix out, and the prefix off.
nn::NamedTensors take_state(nn::NamedTensors& from, const std::string& prefix);

/// @param what  for the message: "the moving average"
/// @throws Error(mismatch)  unless both have the same names and shapes
void expect_same_tensors(std::string_view what, const nn::NamedTensors& own, const nn::NamedTensors& given);

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
  nn::NamedTensors state() const;
  /// @throws Error(mismatch)  for names or shapes that aren't the module's; nothing is changed then
  void load_state(const nn::NamedTensors& state);

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
  nn::NamedTensors average_;
  bool swapped_ = false;
};

}  // namespace faceptor::train
