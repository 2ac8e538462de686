#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <set>

#include <faceptor/core/random.hpp>
#include <faceptor/loading/collate.hpp>
#include <faceptor/losses/classification.hpp>
#include <faceptor/losses/regression.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/metrics/numbers.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/tasks/task.hpp>
#include <faceptor/train/trainer.hpp>

/// A run of milliseconds a step: a small Faceptor with two tasks, on batches made up from their number.
namespace small_run {

using namespace faceptor;

inline TaskList tasks() {
  TaskList tasks;
  tasks.add(Task<AttributeVector, losses::CrossEntropy, ClassProbabilities, metrics::Classification>("mood_test").outputs(3));
  tasks.add(Task<AttributeVector, losses::MeanAbsoluteError, results::Values, metrics::MeanAbsoluteError>("pose_test").outputs(2));
  return tasks;
}

/// Two of three classes of brightness, and two numbers: something to learn.
class Source : public loading::StepSource {
 public:
  loading::StepBatch next() override {
    loading::StepBatch batch;
    batch.step = step_;
    Random random(5, {step_});
    auto images = torch::empty({8, 3, 32, 32});
    auto classes = torch::empty({4}, torch::kInt64);
    auto numbers = torch::empty({4, 2});
    auto* pixels = images.data_ptr<float>();
    for (std::int64_t i = 0; i < images.numel(); ++i) pixels[i] = random.uniform(-1.0F, 1.0F);
    for (std::int64_t i = 0; i < 4; ++i) {
      const auto kind = static_cast<std::int64_t>(random.integer(std::uint64_t{3}));
      classes[i] = kind;
      images[i] += static_cast<double>(kind - 1);
      const float value = random.uniform(-1.0F, 1.0F);
      images[4 + i] += value;
      numbers[i] = torch::tensor({value, -value});
    }
    if (broken.contains(step_)) images[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
    batch.views = {{images, {{0, 0, 4}, {1, 4, 8}}}};
    batch.labels = {losses::Labels(classes), losses::Labels(numbers)};
    batch.names = {{"a", "b", "c", "d"}, {"e", "f", "g", "h"}};
    ++step_;
    return batch;
  }
  void seek(std::uint64_t step) override { step_ = step; }

  std::set<std::uint64_t> broken;  ///< batches with a pixel that is not a number

 private:
  std::uint64_t step_ = 0;
};

/// A learner in the state in which every run begins.
inline std::unique_ptr<train::Learner> learner() {
  const SeedGuard seed(3);
  auto model =
      std::make_shared<FaceptorImpl>(FaceptorOptions(VitOptions(16, 2, 2, 16).image_side(32).projection(0).drop_path(0.2))
                                         .tasks(tasks())
                                         .decoder(decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(32).layers(1).levels({1})));
  train::LearnerOptions options;
  options.average = 0.9;
  options.seed = 11;
  return std::make_unique<train::Learner>(model, options);
}

inline train::TrainerOptions options(const std::filesystem::path& folder, std::uint64_t steps = 24) {
  train::TrainerOptions options;
  options.folder = folder;
  options.schedule = {.start = 1e-4, .peak = 2e-3, .warmup = 4, .steps = steps};
  options.log_every = 2;
  options.checkpoint_every = 5;
  return options;
}

/// All that a run ends with. @param prepare  does something to the trainer before it runs
template <class Prepare>
train::TrainOutcome run(const train::TrainerOptions& options, nn::NamedTensors& state, Source source, Prepare&& prepare) {
  const auto own = learner();
  train::Trainer trainer(*own, source, options);
  prepare(trainer);
  const auto outcome = trainer.run();
  state.clear();
  for (const auto& [name, tensor] : own->state()) state.emplace(name, tensor.clone());
  return outcome;
}
inline train::TrainOutcome run(const train::TrainerOptions& options, nn::NamedTensors& state, Source source = {}) {
  return run(options, state, std::move(source), [](train::Trainer&) {});
}

/// Bit for bit.
inline bool same(const nn::NamedTensors& a, const nn::NamedTensors& b) {
  return a.size() == b.size() && nn::content_hash(a) == nn::content_hash(b);
}

}  // namespace small_run
