#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/loading/loader.hpp>
#include <faceptor/model/model_kinds.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/train/trainer.hpp>
#include <faceptor/transforms/chain.hpp>

/// From a configuration to the objects of a run.
///
///     train::Setup setup(train::read_config(tree));
///     auto learner = setup.make_learner();
///     auto loader = setup.make_loader();
///     auto trainer = setup.make_trainer(*learner, *loader, "runs/mine");
///     trainer->on_step(...);
///     if (trainer->run().end == train::TrainOutcome::End::finished) setup.write_weights("runs/mine/weights.safetensors", *learner);
namespace faceptor::train {

/// What one task is trained on.
struct TaskData {
  std::string task;
  std::shared_ptr<const datasets::Dataset> training;
  std::string along;        ///< the task whose pictures these labels are of too; empty for pictures of its own
  transforms::Chain chain;  ///< of its own pictures
  std::int64_t batch = 1;   ///< of a task along another one: that one's
  /// The sets that the task is evaluated on in the run, one a part; none where it isn't.
  std::vector<std::shared_ptr<const datasets::Dataset>> evaluation;
  std::string evaluation_points;  ///< whose five points samples are aligned by: the "set"'s or the "model"'s own
  transforms::Chain evaluation_chain;
  double weight = 1;  ///< of the task in the total loss
};

/// The model that a configuration stands for, as far as its data sets, which aren't opened, have no say: how many persons they hold, and
/// what a task is that only its data declare.
/// @throws Error(argument, unsupported)  naming the configuration's key: for an unknown architecture, task, interpreter or option of a
/// loss, or
///                                       a task that only its data declare
Architecture declared_model(const TrainConfig& config);

/// A run that is ready to begin: data sets opened and checked, model made and filled.
class Setup {
 public:
  /// @throws Error  of data sets, tasks, the architecture or the weights to begin with; naming the configuration's key where one is to
  ///                blame
  explicit Setup(TrainConfig config, ProcessPlace place = {});

  const TrainConfig& config() const noexcept { return config_; }
  const std::vector<TaskData>& data() const noexcept { return data_; }
  const TaskList& tasks() const noexcept { return model_->tasks(); }
  FaceModel& model() noexcept { return *model_; }
  /// What became of the weights to begin with, in a line; empty without.
  const std::string& initial() const noexcept { return initial_; }
  /// What the model computes on.
  torch::Device device() const;

  std::unique_ptr<Learner> make_learner();
  std::unique_ptr<loading::Loader> make_loader() const;
  /// With evaluation and pictures as configured. This, the learner and the loader outlive the trainer.
  /// @param resume  whether a run in the folder is resumed; if not, one there is an error
  std::unique_ptr<Trainer> make_trainer(Learner& learner, loading::StepSource& loader, const std::filesystem::path& folder,
                                        bool resume = true, std::shared_ptr<Communicator> processes = nullptr) const;
  /// The tasks' own metrics on their evaluation data, by task; where one has several sets, by task and set.
  /// @param processes  that share the tasks among them; all call this, and each gets all numbers. Null for one alone
  nlohmann::ordered_json evaluate(FaceModel& model, Communicator* processes = nullptr) const;
  /// The final model, with the averaged weights if there are any. @return the file's hash
  std::string write_weights(const std::filesystem::path& path, Learner& learner) const;

 private:
  weights::ModelInfo about() const;

  TrainConfig config_;
  ProcessPlace place_;
  std::vector<TaskData> data_;
  FaceModelPtr model_;
  nn::NamedTensors losses_;  ///< trained parts of losses to begin with
  std::string initial_;
  std::uint64_t steps_before_ = 0;  ///< that a published checkpoint was trained for, where it is resumed
};

}  // namespace faceptor::train
