#pragma once

#include <torch/torch.h>

#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/train/parameter_groups.hpp>

namespace faceptor::train {

/// Options of `AdamW`.
struct AdamWOptions {
  double beta1 = 0.9;    ///< decay of the mean of gradients; 0 up to but not 1
  double beta2 = 0.999;  ///< decay of the mean of their squares; likewise
  double eps = 1e-8;     ///< over 0
};

/// Adam with decoupled weight decay (Loshchilov and Hutter: "Decoupled weight decay regularization", ICLR 2019).
///
///     p *= 1 - rate decay;  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///     p -= rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)
///
/// The kernel is LibTorch's fused one: the same bits for the same input, whatever the number of parameters in a call. A parameter
/// without a gradient is left as it is, without decay, and gets no state: as the reference does.
class AdamW {
 public:
  /// Starts with rate 0: see `set_rate`. @throws Error(argument) for options out of range
  explicit AdamW(std::vector<GroupedParameter> parameters, AdamWOptions options = {});

  /// The schedule's rate from here on; a parameter's own is this times its multiplier.
  void set_rate(double base);
  /// The rate at which a parameter is trained now. @throws Error(argument) for an unknown name
  double rate(const std::string& name) const;

  /// One step on the gradients as they stand.
  void step();
  void zero_gradients();

  const std::vector<GroupedParameter>& parameters() const noexcept { return parameters_; }
  /// Those that aren't frozen and have a gradient now, in order.
  std::vector<torch::Tensor> gradients() const;

  /// By parameter: "NAME.step" (one number), "NAME.exp_avg", "NAME.exp_avg_sq" of those that have been trained, and "NAME.rate"
  /// (one number) of all that aren't frozen. The tensors are the optimizer's own, not copies.
  nn::NamedTensors state() const;
  /// Continues from a state: of this run, or imported (see train/published_optimizer.hpp). Rates that it lacks stay.
  /// @throws Error(mismatch)  for names or shapes that aren't this optimizer's; nothing is changed then
  void load_state(const nn::NamedTensors& state);

 private:
  struct Moments {
    torch::Tensor step, exp_avg, exp_avg_sq;  // undefined before the first gradient
    double rate = 0;
  };
  std::vector<GroupedParameter> parameters_;
  std::vector<Moments> moments_;  // one a parameter
  AdamWOptions options_;
};

/// The Euclidean length of each gradient.
std::vector<double> gradient_norms(const std::vector<torch::Tensor>& gradients);

/// The length of all gradients as one vector, from theirs.
double total_norm(std::span<const double> norms);

/// Scales the gradients by `limit / (norm + 1e-6)` where that is below 1.
/// @param norm  their `total_norm`
void clip_gradients(const std::vector<torch::Tensor>& gradients, double norm, double limit);

}  // namespace faceptor::train
