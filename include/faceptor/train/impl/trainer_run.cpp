#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/nn/device_memory.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/trainer.hpp>

/// What one call of `Trainer::run` goes through.
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

}  // namespace detail

namespace {

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

}  // namespace

struct Trainer::Run {
  explicit Run(Trainer& owner) : trainer(owner) {}

  TrainOutcome go() {
    begin();
    while (step < options.schedule.steps && !over) {
      auto report = take_step();
      keep_count(report);
      tell(report);
      if (trainer.on_step_) trainer.on_step_(report);
      if (over) break;
      periodically();
    }
    if (!over) outcome.end = TrainOutcome::End::finished;
    if (outcome.end != TrainOutcome::End::diverged && saved_at != step) save();
    if (outcome.end == TrainOutcome::End::finished && evaluated_at != step && options.evaluate_every > 0 && evaluate()) save();
    write([&] { log->line(step, {{"event", kEnds[static_cast<std::size_t>(outcome.end)]}}); });
    outcome.step = step;
    outcome.best = history.best(options.keep_best);
    return outcome;
  }

 private:
  static constexpr const char* kEnds[] = {"finished", "stopped", "diverged"};
  using Clock = std::chrono::steady_clock;

  void begin() {
    if (writes()) lock.emplace(options.folder);
    // The first process tidies the folder up, and writes the first checkpoint, while the others don't look.
    if (!writes()) trainer.processes_->barrier();
    checkpoints.emplace(options.folder / "checkpoints", options.checkpoints);
    if (writes()) trainer.processes_->barrier();
    const bool there = !checkpoints->list().empty();
    if (there && !options.resume) {
      throw Error(ErrorCode::argument, "train: the folder holds a run already")
          .where(options.folder.string())
          .hint("resume it, or give another folder");
    }
    std::optional<Snapshot> snapshot;
    if (there) snapshot = checkpoints->newest();
    if (there && !snapshot) {
      throw Error(ErrorCode::format, "train: none of the run's checkpoints can be read")
          .where(checkpoints->folder().string())
          .hint("remove them to begin anew");
    }
    if (snapshot) {
      resume(*snapshot);
    } else {
      step = options.steps_before;
      if (step == 0) trainer.learner_.set_rate(rate_used(options.schedule, 0));
    }
    trainer.learner_.join(trainer.processes_);
    expect_same_step();
    trainer.source_.seek(step * options.accumulation);
    if (writes()) log = std::make_unique<RunLog>(options.folder, step, options.tensorboard);
    write([&] {
      files::AtomicFile file(options.folder / "config.json");
      file.write(options.config.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
      file.commit();
    });
    write([&] { log->line(step, {{"event", snapshot ? "resumed" : "started"}, {"steps", options.schedule.steps}}); });
    // So that there is something to restore, and a folder that can't be written is known before the first step, not the thousandth.
    if (!snapshot) save();
  }

  void expect_same_step() {
    const auto sum = torch::full({1}, static_cast<std::int64_t>(step), torch::kInt64);
    trainer.processes_->sum(std::span(&sum, 1));
    if (sum.item<std::int64_t>() == static_cast<std::int64_t>(step) * trainer.processes_->size()) return;
    throw Error(ErrorCode::mismatch, "train: the processes stand at different steps")
        .where(checkpoints->folder().string())
        .found(fmt::format("step {} in process {}", step, trainer.processes_->rank()))
        .hint("all machines need the same folder");
  }

  void resume(const Snapshot& snapshot) {
    trainer.learner_.load_state(snapshot.tensors);
    step = snapshot.step;
    outcome.resumed = step;
    saved_at = step;
    outcome.skipped = snapshot.info.value("skipped", std::uint64_t{0});
    outcome.restored = snapshot.info.value("restored", std::uint64_t{0});
    in_a_row = snapshot.info.value("in_a_row", std::uint64_t{0});
    history.load_state(snapshot.info.value("evaluations", nlohmann::json::array()));
    keep_best();
    const auto before = snapshot.info.value("config", nlohmann::json::object());
    const auto changed = before.empty() ? std::vector<std::string>{} : changed_keys(before, options.config);
    if (changed.empty()) return;
    // A run that is resumed with other values after it diverged gets its full number of tries again.
    outcome.restored = in_a_row = 0;
    if (writes()) faceptor::log(LogLevel::warning, "train: the run is resumed with other values than it had: " + text::join(changed));
  }

  StepReport take_step() {
    const auto start = Clock::now();
    auto& learner = trainer.learner_;
    StepReport report;
    report.rate = rate_now();
    const double scale = 1.0 / static_cast<double>(options.accumulation);
    for (std::uint64_t i = 0; i < options.accumulation && !report.skipped; ++i) {
      batch = trainer.source_.next();
      report.result = learner.forward_backward(batch, scale, i + 1 == options.accumulation);
      report.skipped = !report.result.finite;
    }
    if (report.skipped) {  // in all processes alike: they judge the means of their numbers
      learner.discard();
      if (options.accumulation > 1) trainer.source_.seek((step + 1) * options.accumulation);
    } else {
      report.update = learner.apply();
      report.skipped = !report.update.applied;
    }
    learner.set_rate(rate_after(options.schedule, step));
    ++step;
    report.step = step;
    report.steps = options.schedule.steps;
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    // A mean over about the last hundred steps.
    pace = done_here++ == 0 ? report.seconds : pace + (report.seconds - pace) / std::min(100.0, static_cast<double>(done_here));
    report.seconds_left = pace * static_cast<double>(options.schedule.steps - step);
    return report;
  }

  double rate_now() const { return rate_used(options.schedule, step); }

  /// Whether any process says so.
  bool agree(bool mine) {
    if (trainer.processes_->size() == 1) return mine;
    const auto flag = torch::full({1}, mine ? 1.0F : 0.0F);
    trainer.processes_->sum(std::span(&flag, 1));
    return flag.item<float>() > 0;
  }

  /// Counts what wasn't finite, and does something about it when it doesn't end.
  void keep_count(StepReport& report) {
    if (!report.skipped) {
      in_a_row = 0;
      return;
    }
    ++outcome.skipped;
    const auto why = report.result.finite ? std::string("a gradient is not finite") : report.result.problem;
    write([&] { log->line(step, {{"event", "skipped"}, {"reason", why}}); });
    // In half precision gradients overflow until the scale of the loss has come down: that is how the scale is found.
    if (report.result.finite && report.update.loss_scale > 1) return;
    if (writes()) faceptor::log(LogLevel::warning, fmt::format("train: step {} is skipped: {}", step, why));
    if (++in_a_row >= options.patience) recover(why);
  }

  /// Goes back to the last checkpoint's weights and on with the data that come next; gives up the second time.
  void recover(const std::string& why) {
    std::optional<Snapshot> snapshot;
    if (outcome.restored == 0) snapshot = checkpoints->newest();
    if (!snapshot) {
      const auto entries = checkpoints->list();
      outcome.end = TrainOutcome::End::diverged;
      outcome.message = fmt::format(
          "train: {} steps in a row had no finite loss or gradient, {}. The last one, step {}: {}. {}. Try a lower schedule.peak, a longer "
          "schedule.warmup, precision fp32, or look at the data of the task named",
          options.patience, outcome.restored == 0 ? "and no checkpoint can be restored" : "for the second time", step, why,
          entries.empty() ? "No checkpoint was written" : "The last checkpoint is " + entries.back().path.string());
      over = true;
      return;
    }
    trainer.learner_.load_state(snapshot->tensors);
    trainer.learner_.set_rate(rate_after(options.schedule, step - 1));
    ++outcome.restored;
    in_a_row = 0;
    if (writes()) {
      faceptor::log(LogLevel::warning,
                    fmt::format("train: the weights of step {} are restored; the run continues at step {}", snapshot->step, step));
    }
    write([&] { log->line(step, {{"event", "restored"}, {"from_step", snapshot->step}}); });
  }

  void tell(const StepReport& report) {
    means.add(report);
    if (step % options.log_every != 0 && step != options.schedule.steps) return;
    auto line = means.take(report);
    const auto device = trainer.learner_.model().module().parameters().front().device();
    if (const auto peak = nn::peak_device_memory(device)) line["device_memory_mib"] = *peak >> 20;
    write([&] { log->numbers(step, line); });
  }

  void periodically() {
    const auto due = [&](std::uint64_t every) { return every > 0 && step % every == 0; };
    if (due(options.pictures_every) && trainer.draw_ && writes()) draw();
    const bool best = due(options.evaluate_every) && evaluate();
    const bool stop = agree(trainer.stop_ && trainer.stop_());
    if (best || due(options.checkpoint_every)) save();
    if (stop && step < options.schedule.steps) {
      outcome.end = TrainOutcome::End::stopped;
      over = true;
    }
  }

  void draw() {
    std::vector<std::pair<std::string, Image>> pictures;
    {
      const EvaluationGuard guard(trainer.learner_);
      pictures = trainer.draw_(trainer.learner_.model(), batch);
    }
    write([&] {
      for (const auto& [name, picture] : pictures) log->picture(step, "samples/" + name, picture);
    });
  }

  /// @return whether the number that is looked for has never been better
  bool evaluate() {
    evaluated_at = step;
    if (!trainer.evaluate_) return false;
    nlohmann::ordered_json numbers;
    {
      const EvaluationGuard guard(trainer.learner_);
      numbers = trainer.evaluate_(trainer.learner_.model());
    }
    history.add(step, numbers);
    write([&] {
      nlohmann::ordered_json line = {{"evaluation", numbers}};
      line.update(history.summary());
      log->numbers(step, line);
    });
    if (trainer.on_evaluate_) trainer.on_evaluate_(step, numbers);
    keep_best();
    const auto best = history.best(options.keep_best);
    if (!best && !options.keep_best.empty()) {
      throw Error(ErrorCode::argument, "train: the number whose best step is to stay is in no evaluation")
          .where("checkpoints.keep_best")
          .expected("one of " + text::join(history.numbers()))
          .found("\"" + options.keep_best + "\"");
    }
    return best && best->step == step;
  }

  /// Lets the checkpoint of the best step so far stay.
  void keep_best() {
    if (const auto best = history.best(options.keep_best)) checkpoints->keep(best->step);
  }

  void save() {
    saved_at = step;
    Snapshot snapshot{step, trainer.learner_.state(), nlohmann::json::object()};
    const auto& model = trainer.learner_.model();
    snapshot.info = {{"config", options.config},
                     {"skipped", outcome.skipped},
                     {"restored", outcome.restored},
                     {"in_a_row", in_a_row},
                     {"evaluations", history.state()}};
    snapshot.info["model"] = {{"architecture", model.config()},
                              {"tasks", task_list_to_json(model.tasks())},
                              {"licence", options.about.licence},
                              {"source", options.about.source},
                              {"description", options.about.description}};
    std::string refused;
    try {
      write([&] {
        const auto path = checkpoints->save(snapshot);
        if (trainer.on_checkpoint_) trainer.on_checkpoint_(step, path);
      });
    } catch (const Error& e) {
      if (e.code() != ErrorCode::argument || step == 0) throw;
      refused = e.what();
    }
    // The weights themselves have gone: no step from here on could be good.
    if (!agree(!refused.empty())) return;
    faceptor::log(LogLevel::warning, refused);
    recover(refused);
  }

  bool writes() const { return trainer.processes_->rank() == 0; }

  /// Writes something; what becomes of a full disk is the options' choice.
  template <class F>
  void write(F&& f) {
    if (!writes()) return;
    try {
      std::forward<F>(f)();
    } catch (const Error& e) {
      if (e.code() != ErrorCode::io || options.stop_on_disk_full) throw;
      faceptor::log(LogLevel::warning, fmt::format("train: the run continues without: {}", e.what()));
    }
  }

  Trainer& trainer;
  const TrainerOptions& options = trainer.options_;
  std::optional<RunLock> lock;
  std::optional<Checkpoints> checkpoints;
  std::unique_ptr<RunLog> log;
  detail::StepMeans means;
  EvaluationHistory history{options.errors};
  loading::StepBatch batch;
  TrainOutcome outcome;
  bool over = false;
  std::uint64_t step = 0;  // steps done
  std::uint64_t in_a_row = 0;
  std::optional<std::uint64_t> saved_at, evaluated_at;
  std::uint64_t done_here = 0;
  double pace = 0;
};

TrainOutcome Trainer::run() {
  return guarded("train: the run", [&] {
    try {
      return Run(*this).go();
    } catch (const std::exception& e) {
      processes_->failed(e.what());
      throw;
    }
  });
}

}  // namespace faceptor::train
