#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/model/model_kinds.hpp>
#include <faceptor/nn/shared_statistics.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/train/adamw.hpp>
#include <faceptor/train/gradient_buckets.hpp>
#include <faceptor/train/moving_average.hpp>
#include <faceptor/train/parameter_groups.hpp>
#include <faceptor/train/precision.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/weights/load_report.hpp>

/// One step of training: what is computed, and what changes.
///
///     Learner learner(model, {.rules = GroupRules::published(), .task_weights = {{"age", 6}, {"affect", 5}}});
///     learner.set_rate(rate_used(schedule, 0));
///     for (std::uint64_t step = 0; step < schedule.steps; ++step) {
///       const auto result = learner.forward_backward(source.next());
///       if (result.finite) learner.apply();
///       learner.set_rate(rate_after(schedule, step));
///     }
namespace faceptor::train {

/// Options of `Learner`.
struct LearnerOptions {
  GroupRules rules = GroupRules::published();
  AdamWOptions adamw{};
  /// Gradients are scaled down to this total norm; 0 for no limit.
  double clip = 5;

  /// The weight of each type of task (a name up to its first '_') in the total loss; the tasks of a type share it in proportion to
  /// their raw weights. A task's full name gives it a weight of its own. Empty: every task's weight is its raw weight.
  std::map<std::string, double> task_weights{};
  /// By task; those of the tasks' declarations if not given. The reference takes the batch sizes.
  std::map<std::string, double> raw_weights{};

  Precision precision = Precision::fp32;
  LossScaler::Options scaler{};  ///< of fp16
  bool recompute = false;        ///< don't keep what the backbone's blocks compute; compute it again in the backward pass
  double average = 0;            ///< decay of a moving average of the weights; 0: none

  std::uint64_t seed = 0;  ///< of losses' start values, and of everything random in a step: drop path, dropout, sampled classes
  std::uint64_t rank = 0;  ///< of this process among those that train together
};

/// What a step computed for one task.
struct TaskStep {
  std::size_t task = 0;  ///< its place in the model's list
  std::string name{};
  std::int64_t samples = 0;
  double weight = 0;  ///< in the total, before dividing by the sum
  double loss = 0;
  std::vector<std::pair<std::string, double>> parts{};  ///< of the loss, by name
  std::optional<double> accuracy{};                     ///< of the loss: see `losses::LossValue`
};

/// What a forward and backward pass came to.
struct StepResult {
  double total = 0;               ///< sum_t(weight_t loss_t) / sum_t(weight_t)
  std::vector<TaskStep> tasks{};  ///< in the model's order
  bool finite = true;             ///< if not, the step was discarded: weights, statistics and optimizer are as before it
  std::string problem{};          ///< which loss wasn't finite
};

/// What `apply` did.
struct Update {
  bool applied = false;                          ///< not if a gradient wasn't finite; the step is discarded then
  double gradient_norm = 0;                      ///< of all gradients together, before clipping
  std::map<std::string, double> module_norms{};  ///< the same by module: "backbone", "decoder.layers", "interpreters.map_v2", "losses"
  double loss_scale = 1;                         ///< that the gradients came with; 1 but for fp16
};

/// A model, its tasks' losses, and their optimizer.
///
/// The same model, options, state and batches give the same bits on the CPU with a fixed number of threads. What is drawn at random
/// follows from seed, step and rank alone, so that a run that is resumed draws the same.
class Learner {
 public:
  /// Freezes parameters as the rules say. The losses go to the model's device.
  /// @throws Error(argument)     for options out of range, rules that fit nothing, weights for unknown tasks
  /// @throws Error(unsupported)  for fp16 on the CPU, or `recompute` with a backbone that can't
  explicit Learner(FaceModelPtr model, LearnerOptions options = {});
  ~Learner();
  Learner(const Learner&) = delete;
  Learner& operator=(const Learner&) = delete;

  /// From here on a step is one of many processes, each with a learner alike and batches of its own of the same sizes: all that is
  /// learned becomes that of the first process; then gradients are averaged, BatchNorm has the statistics of all batches together, and
  /// a step's numbers are the means over processes, so that all decide alike whether they are finite.
  /// @throws Error  of the communicator, here and in every step
  void join(std::shared_ptr<Communicator> processes);

  /// Computes the tasks' losses and adds the gradients of their total to what is there.
  /// @param scale  of the total: 1 / k for each of k micro-batches that make up one step
  /// @param last   whether it is the step's last one: gradients are then averaged over processes as they come
  /// @throws Error(argument, shape)  as the model and the losses throw; the step is discarded then
  StepResult forward_backward(const loading::StepBatch& batch, double scale = 1, bool last = true);

  /// The gradients gathered so far, in the order of the parameters. Of many processes those of this one, until `apply` or
  /// `average_gradients`.
  std::vector<torch::Tensor> gradients() const;
  /// Waits until they are the means of all processes; `apply` does it where it hasn't been done.
  void average_gradients();
  /// Null for a learner that trains alone.
  const GradientBuckets* buckets() const noexcept { return buckets_.get(); }

  /// Clips, and lets the optimizer take its step; then the gradients are gone, and the moving average has taken in the weights.
  Update apply();
  /// Forgets the gradients gathered since the last `apply`, and what they did to BatchNorm statistics.
  void discard();

  /// The schedule's rate for the steps to come: see train/schedule.hpp.
  void set_rate(double base);

  FaceModel& model() noexcept { return *model_; }
  const FaceModel& model() const noexcept { return *model_; }
  AdamW& optimizer() noexcept { return *optimizer_; }
  const LossScaler& scaler() const noexcept { return scaler_; }
  /// Null without.
  MovingAverage* average() noexcept { return average_.get(); }
  /// The weight of each task in the total loss, by its place; 0 for a task without a loss.
  const std::vector<double>& task_weights() const noexcept { return weights_; }

  /// The trained parts of losses: "losses.TASK.class_matrix". The tensors themselves, not copies.
  nn::NamedTensors losses_state() const;
  /// Takes over those that fit; losses of absent tasks are dropped. @return what became of each
  weights::LoadReport load_losses(const nn::NamedTensors& tensors);

  /// All that a resumed run needs but the step: weights and buffers ("backbone....") and those of losses ("losses...."), the
  /// optimizer ("optimizer...."), the moving average ("average....") and the scaler ("scaler."). The tensors themselves, not copies.
  nn::NamedTensors state() const;
  /// @throws Error(mismatch)  for a state of other parameters or parts; nothing is changed then
  void load_state(const nn::NamedTensors& state);

 private:
  struct Forward;

  torch::Device device() const;
  void begin_step();
  void set_training();
  Forward run_tasks(const loading::StepBatch& batch);
  StepResult step_result(const Forward& forward) const;

  FaceModelPtr model_;
  LearnerOptions options_;
  std::vector<std::shared_ptr<losses::LossImpl>> losses_;  // by task; null without
  std::map<std::size_t, Error> missing_losses_;            // of tasks whose loss this program doesn't have
  std::vector<double> weights_;
  std::vector<torch::nn::Module*> frozen_modules_;  // whose statistics are kept
  std::unique_ptr<AdamW> optimizer_;
  std::unique_ptr<MovingAverage> average_;
  LossScaler scaler_;
  std::shared_ptr<Communicator> processes_;                // null for one that trains alone
  std::shared_ptr<const nn::StatisticsGroup> statistics_;  // likewise
  std::unique_ptr<GradientBuckets> buckets_;
  bool averaging_ = false;           // the last micro-batch has begun, and its gradients aren't means yet
  bool averaged_ = false;            // they are
  nn::NamedTensors kept_buffers_;    // as they were before the current step
  std::uint64_t micro_batches_ = 0;  // of the current step
};

}  // namespace faceptor::train
