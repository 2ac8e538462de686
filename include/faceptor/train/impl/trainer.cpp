#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/trainer.hpp>

namespace faceptor::train {
namespace detail {

/// The mean of what several steps came to, for a line of the log.
class StepMeans {
 public:
  void add(const StepReport& report) {
    seconds_ += report.seconds;
    ++steps_;
    if (report.skipped) return;
    ++counted_;
    loss_ += report.result.total;
    norm_ += report.update.gradient_norm;
    for (const auto& task : report.result.tasks) {
      auto& sums = tasks_[task.name];
      ++sums.count;
      sums.loss += task.loss;
      for (const auto& [name, value] : task.parts) sums.parts[name] += value;
      if (task.accuracy) sums.accuracy = sums.accuracy.value_or(0) + *task.accuracy;
    }
  }

  nlohmann::ordered_json take(const StepReport& last) {
    nlohmann::ordered_json line;
    if (counted_ > 0) line["loss"] = loss_ / counted_;
    line["rate"] = last.rate;
    if (counted_ > 0) line["gradient_norm"] = norm_ / counted_;
    if (last.update.loss_scale != 1) line["loss_scale"] = last.update.loss_scale;
    line["seconds_a_step"] = seconds_ / steps_;
    line["seconds_left"] = std::round(last.seconds_left);
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    line["memory_mib"] = usage.ru_maxrss / 1024;
    for (const auto& task : last.result.tasks) {
      const auto sums = tasks_.find(task.name);
      if (sums == tasks_.end()) continue;
      const auto count = sums->second.count;
      auto& entry = line["tasks"][task.name];
      entry["loss"] = sums->second.loss / count;
      for (const auto& [name, value] : sums->second.parts) entry[name] = value / count;
      if (sums->second.accuracy) entry["accuracy"] = *sums->second.accuracy / count;
    }
    *this = {};
    return line;
  }

 private:
  struct Sums {
    double count = 0, loss = 0;
    std::map<std::string, double> parts;
    std::optional<double> accuracy;
  };
  double steps_ = 0, counted_ = 0, seconds_ = 0, loss_ = 0, norm_ = 0;
  std::map<std::string, Sums> tasks_;
};

/// A model as it is to be measured: evaluation mode, averaged weights; then as it was.
class EvaluationGuard {
 public:
  explicit EvaluationGuard(Learner& learner) : module_(learner.model().module()), training_(module_.is_training()) {
    if (learner.average() != nullptr) averaged_.emplace(*learner.average());
    module_.eval();
  }
  ~EvaluationGuard() { module_.train(training_); }
  EvaluationGuard(const EvaluationGuard&) = delete;
  EvaluationGuard& operator=(const EvaluationGuard&) = delete;

 private:
  torch::nn::Module& module_;
  bool training_;
  std::optional<MovingAverage::Applied> averaged_;
};

}  // namespace detail

FACEPTOR_INLINE Trainer::Trainer(Learner& learner, data::StepSource& source, TrainerOptions options,
                                 std::shared_ptr<Communicator> processes)
    : learner_(learner), source_(source), options_(std::move(options)), processes_(std::move(processes)) {
  check_schedule(options_.schedule);
  if (options_.folder.empty()) throw Error(ErrorCode::argument, "train: a run needs a folder");
  for (const auto& [name, value] : {std::pair{"accumulation", options_.accumulation},
                                    {"log_every", options_.log_every},
                                    {"checkpoint_every", options_.checkpoint_every},
                                    {"patience", options_.patience}}) {
    if (value < 1) throw Error(ErrorCode::argument, "train: an option is out of range").where(name).expected("at least 1").found("0");
  }
  if (!processes_) processes_ = std::make_shared<SingleProcess>();
}

FACEPTOR_INLINE Trainer& Trainer::on_step(std::function<void(const StepReport&)> hook) {
  on_step_ = std::move(hook);
  return *this;
}

FACEPTOR_INLINE Trainer& Trainer::on_checkpoint(std::function<void(std::uint64_t, const std::filesystem::path&)> hook) {
  on_checkpoint_ = std::move(hook);
  return *this;
}

FACEPTOR_INLINE Trainer& Trainer::on_evaluate(std::function<void(std::uint64_t, const nlohmann::ordered_json&)> hook) {
  on_evaluate_ = std::move(hook);
  return *this;
}

FACEPTOR_INLINE Trainer& Trainer::evaluate_with(std::function<nlohmann::ordered_json(FaceModel&)> evaluate) {
  evaluate_ = std::move(evaluate);
  return *this;
}

FACEPTOR_INLINE Trainer& Trainer::draw_with(
    std::function<std::vector<std::pair<std::string, Image>>(FaceModel&, const data::StepBatch&)> draw) {
  draw_ = std::move(draw);
  return *this;
}

FACEPTOR_INLINE Trainer& Trainer::stop_when(std::function<bool()> stop) {
  stop_ = std::move(stop);
  return *this;
}

}  // namespace faceptor::train

#include <faceptor/train/impl/trainer_run.hpp>
