#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/loading/bad_records.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/loading/read_ahead.hpp>
#include <faceptor/loading/sampler.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <faceptor/transforms/chain.hpp>

namespace faceptor::loading {

/// What is done to a sample before the network sees it; a `Chain` is one. Called by several threads at the same time, so what it does
/// may depend on nothing but the sample and the random numbers.
using Prepare = std::function<transforms::Prepared(const datasets::Sample& sample, Random random)>;

/// Where one task's samples come from.
struct TaskSource {
  std::string task;                               ///< its name in the model's list
  std::shared_ptr<const datasets::Dataset> data;  ///< sources may share one
  Prepare prepare;                                ///< ends with a crop of the size of the task's view
  std::int64_t batch = 1;                         ///< samples a step and rank
  /// The source, before this one, whose pictures this one's labels are taken for; empty for pictures of its own. Samples of the
  /// same picture are matched by the picture's name without folders and ending; pictures that it doesn't have are no rows of its task.
  /// `prepare` and `batch` are then those of that source.
  std::string along = {};
};

/// How a run is loaded.
struct LoaderOptions {
  std::uint64_t steps = 1;    ///< of the whole run, see `StepSampler`
  std::uint64_t seed = 2048;  ///< of order and augmentation
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  int workers = 4;           ///< threads; 0: in the caller's. The batches are the same for any number
  int ahead = 4;             ///< batches begun before they are asked for; each takes memory as the whole step does
  double bad_limit = 0.001;  ///< which share of a set's records may be bad and skipped; 0: none
};

/// What became of one task's samples so far, as far as their batches were taken.
struct TaskReport {
  std::string task;
  std::uint64_t samples = 0;         ///< given out
  std::size_t bad = 0;               ///< records that were skipped, each counted once
  std::vector<BadRecord> first_bad;  ///< the first of them, with what is wrong
};

/// The batches of a training run: samples of many sets, chosen, read, prepared and joined by threads, ahead of the training.
///
///     loading::Loader loader(model.tasks(), {{"age_morph2", morph, chain, 32}, {"align_300w", points, other_chain, 2}}, {.steps = 50000});
///     loader.seek(12000);                       // resume: nothing before is read
///     loading::StepBatch batch = loader.next();
///     auto outputs = model.forward(batch.views);
///
/// A task that learns **along** another one has no pictures of its own: each picture then goes through the network once for both.
///
/// Pictures of all tasks with views of one size are joined into one tensor, in the order of the sources, so that the backbone runs once
/// for them. Which samples a step takes, and the random numbers of their preparation, follow from seed, step, rank, the task's name and
/// row alone: not from the number of threads, other tasks, or what was loaded before.
///
/// A record that can't be read or prepared is replaced by another one, always the same, and reported; more of them than `bad_limit`
/// allows are an error of the step that meets them.
class Loader final : public StepSource {
 public:
  /// @throws Error(argument)  without sources, for an unknown task, one with two sources, an empty set, options out of range, one along
  ///                          a source that isn't there, or of which it has no picture
  /// @throws Error(mismatch)  where a set's labels don't fit its task, or a task along another one has another view
  Loader(const TaskList& tasks, std::vector<TaskSource> sources, const LoaderOptions& options);
  ~Loader() override;

  /// @throws Error of the step's first sample that failed for good; the same again until `seek`. Error(argument) after the last step
  StepBatch next() override;
  void seek(std::uint64_t step) override;

  /// One sample again, alone, as it stands in the batch of that step.
  /// @throws Error(argument) for a task without a source, a step or row that isn't there; else as `next`
  transforms::Prepared make(std::string_view task, std::uint64_t step, std::int64_t row) const;

  /// In the order of the sources.
  std::vector<TaskReport> report() const;

 private:
  struct Source;
  class Batch;

  void add(const TaskList& tasks, TaskSource source);
  void follow(std::size_t leader, std::size_t follower);
  std::shared_ptr<Work> begin(std::uint64_t step) const;

  LoaderOptions options_;
  std::size_t tasks_;
  std::vector<Source> sources_;
  std::vector<Size> crops_;                ///< one for each view
  std::unique_ptr<ReadAhead> read_ahead_;  // the last member: its threads use the others
};

}  // namespace faceptor::loading
