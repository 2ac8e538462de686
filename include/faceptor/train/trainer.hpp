#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/train/checkpoints.hpp>
#include <faceptor/train/evaluation_history.hpp>
#include <faceptor/train/learner.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/train/run_log.hpp>
#include <faceptor/train/schedule.hpp>
#include <faceptor/weights/model_file.hpp>

/// A whole run: steps, log, checkpoints, and what to do when something goes wrong.
///
///     Learner learner(model, {.rules = GroupRules::published()});
///     Trainer trainer(learner, loader, {.folder = "runs/mine", .schedule = Schedule::published(20000)});
///     trainer.on_step([](const StepReport& report) { fmt::print("{} {:.4f}\n", report.step, report.result.total); });
///     TrainOutcome outcome = trainer.run();            // resumed if the folder holds a run
namespace faceptor::train {

/// Options of `Trainer`.
struct TrainerOptions {
  /// Where the run lies: `config.json`, `log.jsonl`, `tensorboard/`, `checkpoints/`.
  std::filesystem::path folder{};
  /// Learning rates, and how long the run is.
  Schedule schedule{};
  /// Batches whose gradients are added up for a step. Step n takes the source's batches n k to n k + k - 1.
  std::uint64_t accumulation = 1;

  std::uint64_t log_every = 20;      ///< steps between lines of the log; at least 1
  bool tensorboard = true;           ///< whether curves and pictures are written for TensorBoard
  std::uint64_t evaluate_every = 0;  ///< steps; 0: never. And at the end
  std::uint64_t pictures_every = 0;  ///< steps; 0: never

  std::uint64_t checkpoint_every = 1000;  ///< steps; at least 1. And at the beginning and the end
  CheckpointOptions checkpoints{};
  /// A number of the evaluations, "TASK.NAME": the checkpoint of its best step stays, written then if none is due. Empty: none.
  std::string keep_best{};
  /// Tasks whose numbers in evaluations are better the lower they are.
  std::set<std::string> errors{};
  /// What happens when the log or a checkpoint can't be written: the run ends with the error, or continues and tries again next time.
  bool stop_on_disk_full = true;
  /// Whether a run in the folder is resumed; if not, one in the folder is an error.
  bool resume = true;

  /// Steps in a row without a finite loss or gradient, after which the last checkpoint is restored; the second time the run ends.
  std::uint64_t patience = 5;
  /// Kept in each checkpoint and, for people, as `config.json` in the folder. A run that is resumed with other
  /// values warns.
  nlohmann::json config = nlohmann::json::object();
  /// What checkpoints, which are weights too, say of themselves: licence, source, description.
  weights::ModelInfo about{};
  /// Steps that the learner has taken elsewhere before: a run that begins continues from there, with the rates of its optimizer.
  std::uint64_t steps_before = 0;
};

/// What a step came to.
struct StepReport {
  std::uint64_t step = 0;   ///< steps done with it
  std::uint64_t steps = 0;  ///< of the whole run
  StepResult result;        ///< of its last batch
  Update update;
  bool skipped = false;     ///< weights are as before: a loss or gradient was not finite
  double rate = 0;          ///< the base rate it ran with
  double seconds = 0;       ///< it took, waiting for data included
  double seconds_left = 0;  ///< of the run, as it looks
};

/// How a run ended.
struct TrainOutcome {
  enum class End {
    finished,  ///< all steps are done
    stopped,   ///< it was asked to stop; it can be resumed
    diverged,  ///< losses or gradients were not finite, again and again; the last checkpoint is good
  };
  End end = End::finished;
  std::uint64_t step = 0;                       ///< steps done
  std::uint64_t resumed = 0;                    ///< steps that were done already when it began
  std::uint64_t skipped = 0;                    ///< steps that changed nothing, over the whole run
  std::uint64_t restored = 0;                   ///< how often a checkpoint was restored since its configuration last changed
  std::string message;                          ///< for `diverged`: what happened, and what to try
  std::optional<EvaluationHistory::Best> best;  ///< of `keep_best`
};

/// Trains a learner on the batches of a source.
///
/// A run that is resumed after a stop, a crash or a `kill -9` ends with the same weights, bit for bit on the CPU with the same
/// number of threads, as one that was never interrupted: all that counts is in the checkpoint, and everything random follows from seed
/// and step.
///
/// A step whose loss or gradient isn't finite changes nothing and is counted. After `patience` of them in a row the last checkpoint's
/// weights are restored, and the run continues with the next data; if that happens again, it ends.
class Trainer {
 public:
  /// @param learner, source  outlive the trainer
  /// @param processes  that train this model together; null for one alone. Only the first one writes
  /// @throws Error(argument) for options out of range
  Trainer(Learner& learner, loading::StepSource& source, TrainerOptions options, std::shared_ptr<Communicator> processes = nullptr);

  /// After each step.
  Trainer& on_step(std::function<void(const StepReport&)> hook);
  /// After a checkpoint was written.
  Trainer& on_checkpoint(std::function<void(std::uint64_t step, const std::filesystem::path&)> hook);
  /// After an evaluation, with what it gave.
  Trainer& on_evaluate(std::function<void(std::uint64_t step, const nlohmann::ordered_json&)> hook);
  /// Measures the model, which is in evaluation mode and has the averaged weights, if there are any: numbers by name, tables within
  /// tables; they become curves.
  Trainer& evaluate_with(std::function<nlohmann::ordered_json(FaceModel&)> evaluate);
  /// Draws a training batch and what the model, likewise, says of it: pictures by name.
  Trainer& draw_with(std::function<std::vector<std::pair<std::string, Image>>(FaceModel&, const loading::StepBatch&)> draw);
  /// Asked after each step; the run then ends with a checkpoint.
  Trainer& stop_when(std::function<bool()> stop);

  /// Trains until all steps are done, or something ends it before.
  /// @throws Error of the source, the learner or a hook; Error(io) of a full disk, unless the run is to continue then
  TrainOutcome run();

 private:
  struct Run;
  friend struct Run;

  Learner& learner_;
  loading::StepSource& source_;
  TrainerOptions options_;
  std::shared_ptr<Communicator> processes_;
  std::function<void(const StepReport&)> on_step_;
  std::function<void(std::uint64_t, const std::filesystem::path&)> on_checkpoint_;
  std::function<void(std::uint64_t, const nlohmann::ordered_json&)> on_evaluate_;
  std::function<nlohmann::ordered_json(FaceModel&)> evaluate_;
  std::function<std::vector<std::pair<std::string, Image>>(FaceModel&, const loading::StepBatch&)> draw_;
  std::function<bool()> stop_;
};

}  // namespace faceptor::train
