#include "support/torch_catch.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>

#include <faceptor/core/log.hpp>
#include <faceptor/train/stop_signals.hpp>
#include <faceptor/train/validation.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/weights/run_files.hpp>

#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "train/event_reader.hpp"
#include "train/small_run.hpp"

using namespace faceptor;
using namespace faceptor::train;
using tensorboard::Event;
using tensorboard::read_events;
using End = TrainOutcome::End;

namespace {

struct Quiet {
  std::vector<std::string> lines;
  Quiet() {
    set_log_sink([this](LogLevel, std::string_view line) { lines.emplace_back(line); });
  }
  ~Quiet() { set_log_sink({}); }
};

std::vector<nlohmann::json> log_of(const std::filesystem::path& folder) {
  std::vector<nlohmann::json> lines;
  std::ifstream stream(folder / "log.jsonl");
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::vector<Event> events_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "tensorboard")) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Event> all;
  for (const auto& path : paths) {
    for (auto& event : read_events(path)) all.push_back(std::move(event));
  }
  return all;
}

/// Stops a run after so many steps.
auto stop_after(std::uint64_t steps) {
  return [steps](Trainer& trainer) {
    auto done = std::make_shared<std::uint64_t>(0);
    trainer.on_step([done](const StepReport& report) { *done = report.step; });
    trainer.stop_when([done, steps] { return *done >= steps; });
  };
}

}  // namespace

TEST_CASE("A run trains, logs, and leaves checkpoints and curves", "[train][trainer]") {
  const TemporaryFolder folder;
  nn::NamedTensors state;
  auto options = small_run::options(folder / "run", 200);
  options.schedule = {.start = 1e-4, .peak = 5e-4, .warmup = 10, .steps = 200};  // ten times that but for the backbone
  options.checkpoint_every = 50;
  options.checkpoints = {.newest = 2, .keep_every = 100};
  std::vector<std::uint64_t> saved;
  double first = 0;
  double last = 0;
  const auto outcome = small_run::run(options, state, {}, [&](Trainer& trainer) {
    trainer.on_checkpoint([&](std::uint64_t step, const std::filesystem::path& path) {
      saved.push_back(step);
      CHECK(std::filesystem::exists(path));
    });
    trainer.on_step([&](const StepReport& report) {
      if (report.step <= 20) first += report.result.total / 20;
      if (report.step > 180) last += report.result.total / 20;
      CHECK(report.steps == 200);
      CHECK_FALSE(report.skipped);
    });
  });
  CHECK(outcome.end == End::finished);
  CHECK(outcome.step == 200);
  CHECK(outcome.skipped == 0);
  CHECK(saved == std::vector<std::uint64_t>{0, 50, 100, 150, 200});
  CHECK(last < 0.7 * first);
  std::vector<std::uint64_t> there;
  for (const auto& entry : Checkpoints(folder / "run/checkpoints").list()) there.push_back(entry.step);
  CHECK(there == std::vector<std::uint64_t>{100, 150, 200});
  const auto lines = log_of(folder / "run");
  CHECK(lines.front().at("event") == "started");
  CHECK(lines.back().at("event") == "finished");
  CHECK(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.contains("loss"); }) == 100);
  CHECK(lines.at(1).at("tasks").at("mood_test").contains("accuracy"));
  const auto events = events_of(folder / "run");
  CHECK(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.tag == "tasks/pose_test/loss"; }) == 100);
}

TEST_CASE("A run that was stopped anywhere ends with the bits of one that wasn't", "[train][trainer][resume]") {
  const TemporaryFolder folder;
  nn::NamedTensors whole;
  const auto skipping = [] {
    small_run::Source source;
    source.broken = {3, 11};
    return source;
  };
  const Quiet quiet;
  const auto accumulation = GENERATE(std::uint64_t{1}, std::uint64_t{3});
  auto options = small_run::options(folder / "whole");
  options.accumulation = accumulation;
  small_run::run(options, whole, skipping());
  for (const std::uint64_t stop : {1, 4, 5, 12, 23}) {
    options.folder = folder / std::to_string(stop);
    nn::NamedTensors state;
    const auto outcome = small_run::run(options, state, skipping(), stop_after(stop));
    CHECK(outcome.end == End::stopped);
    CHECK(outcome.step == stop);
    CHECK_FALSE(small_run::same(state, whole));
    const auto resumed = small_run::run(options, state, skipping());
    CHECK(resumed.resumed == stop);
    CHECK(resumed.end == End::finished);
    CHECK(resumed.skipped == (accumulation == 1 ? 2 : 2));
    CHECK(small_run::same(state, whole));
    // No step stands in the log twice.
    std::vector<std::uint64_t> steps;
    for (const auto& line : log_of(options.folder)) {
      if (line.contains("loss")) steps.push_back(line["step"].get<std::uint64_t>());
    }
    CHECK(std::adjacent_find(steps.begin(), steps.end(), std::greater_equal<>()) == steps.end());
  }
  // Finished: nothing more to do.
  nn::NamedTensors again;
  CHECK(small_run::run(options, again, skipping()).step == 24);
  CHECK(small_run::same(again, whole));
}

TEST_CASE("A run is resumed from the checkpoint before a damaged one, to the same bits", "[train][trainer][resume]") {
  const TemporaryFolder folder;
  const Quiet quiet;
  nn::NamedTensors whole;
  nn::NamedTensors state;
  small_run::run(small_run::options(folder / "whole"), whole);
  const auto options = small_run::options(folder / "run");
  small_run::run(options, state, {}, stop_after(12));
  const auto newest = Checkpoints(options.folder / "checkpoints").list().back().path;
  std::filesystem::resize_file(newest, std::filesystem::file_size(newest) - 1);
  CHECK(small_run::run(options, state).resumed == 10);
  CHECK(small_run::same(state, whole));
  CHECK(
      std::any_of(quiet.lines.begin(), quiet.lines.end(), [](const auto& line) { return line.find("passed over") != std::string::npos; }));
}

TEST_CASE("A run in the folder is resumed only where that is wanted, with a warning of changed values", "[train][trainer][resume]") {
  const TemporaryFolder folder;
  const Quiet quiet;
  nn::NamedTensors state;
  auto options = small_run::options(folder / "run");
  options.config = {{"schedule", {{"peak", 2e-3}}}};
  small_run::run(options, state, {}, stop_after(5));
  options.resume = false;
  CHECK_THAT(error_of([&] { small_run::run(options, state); }).what(), Contains("holds a run already"));
  options.resume = true;
  options.config["schedule"]["peak"] = 1e-3;
  small_run::run(options, state);
  CHECK(std::any_of(quiet.lines.begin(), quiet.lines.end(),
                    [](const auto& line) { return line.find("schedule.peak") != std::string::npos; }));
  for (const auto& entry : std::filesystem::directory_iterator(options.folder / "checkpoints")) std::ofstream(entry.path()) << "x";
  CHECK_THAT(error_of([&] { small_run::run(options, state); }).what(), Contains("none of the run's checkpoints can be read"));
}

TEST_CASE("A step without a finite loss changes nothing and is counted", "[train][trainer][nan]") {
  const TemporaryFolder folder;
  const Quiet quiet;
  nn::NamedTensors state;
  small_run::Source source;
  source.broken = {7};
  const auto options = small_run::options(folder / "run");
  nn::NamedTensors before;
  std::uint64_t skipped = 0;
  const auto own = small_run::learner();
  Trainer trainer(*own, source, options);
  trainer.on_step([&](const StepReport& report) {
    const auto now = own->state().at("backbone.class_token").clone();
    if (report.skipped) {
      ++skipped;
      CHECK(report.step == 8);
      CHECK(torch::equal(now, before.at("token")));
    }
    before["token"] = now;
  });
  const auto outcome = trainer.run();
  CHECK(outcome.end == End::finished);
  CHECK(outcome.skipped == 1);
  CHECK(skipped == 1);
  CHECK(outcome.restored == 0);
}

TEST_CASE("Five such steps in a row restore the last checkpoint, five more end the run", "[train][trainer][nan]") {
  const TemporaryFolder folder;
  const Quiet quiet;
  nn::NamedTensors state;
  small_run::Source source;
  source.broken = {11, 12, 13, 14, 15};
  const auto options = small_run::options(folder / "once");
  auto outcome = small_run::run(options, state, source);
  CHECK(outcome.end == End::finished);
  CHECK(outcome.restored == 1);
  CHECK(outcome.skipped == 5);

  // Interrupted within the row: the count continues.
  nn::NamedTensors interrupted;
  const auto other = small_run::options(folder / "interrupted");
  small_run::run(other, interrupted, source, stop_after(13));
  outcome = small_run::run(other, interrupted, source);
  CHECK(outcome.restored == 1);
  CHECK(outcome.skipped == 5);

  for (std::uint64_t step = 17; step <= 21; ++step) source.broken.insert(step);
  const auto twice = small_run::options(folder / "twice");
  outcome = small_run::run(twice, state, source);
  CHECK(outcome.end == End::diverged);
  CHECK(outcome.step == 22);
  CHECK_THAT(outcome.message, Contains("for the second time") && Contains("mood_test") && Contains("schedule.peak"));
  CHECK(log_of(twice.folder).back().at("event") == "diverged");
  const auto good = Checkpoints(twice.folder / "checkpoints").newest();
  for (const auto& [name, tensor] : good->tensors) {
    if (tensor.is_floating_point()) CHECK(torch::isfinite(tensor).all().item<bool>());
  }
}

TEST_CASE("Evaluation sees the averaged weights in evaluation mode, and changes nothing", "[train][trainer]") {
  const TemporaryFolder folder;
  nn::NamedTensors plain;
  nn::NamedTensors watched;
  small_run::run(small_run::options(folder / "plain"), plain);
  auto options = small_run::options(folder / "watched");
  options.evaluate_every = 10;
  options.pictures_every = 12;
  std::vector<std::uint64_t> evaluated;
  const auto own = small_run::learner();
  small_run::Source source;
  Trainer trainer(*own, source, options);
  trainer.evaluate_with([&](FaceModel& model) {
    CHECK_FALSE(model.module().is_training());
    CHECK(own->average()->swapped());
    return nlohmann::ordered_json{{"mood_test", {{"accuracy", 0.5}}}};
  });
  trainer.on_evaluate([&](std::uint64_t step, const nlohmann::ordered_json& numbers) {
    evaluated.push_back(step);
    CHECK(numbers["mood_test"]["accuracy"] == 0.5);
  });
  trainer.draw_with([](FaceModel& model, const loading::StepBatch& batch) { return sample_pictures(model, batch, 2); });
  trainer.run();
  for (const auto& [name, tensor] : own->state()) watched.emplace(name, tensor);
  CHECK(evaluated == std::vector<std::uint64_t>{10, 20, 24});
  CHECK(small_run::same(plain, watched));
  const auto events = events_of(options.folder);
  CHECK(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.tag == "evaluation/mood_test/accuracy"; }) == 3);
  CHECK(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.tag.starts_with("samples/") && !e.png.empty(); }) == 4);
}

TEST_CASE("A run logs the best of each number and the mean of the last ten, and keeps its best step's checkpoint", "[train][trainer]") {
  const TemporaryFolder folder;
  auto options = small_run::options(folder / "run");
  options.evaluate_every = 4;
  options.checkpoint_every = 6;
  options.checkpoints = {.newest = 1};
  options.keep_best = "pose_test.error";
  options.errors = {"pose_test"};
  options.config = {{"steps", 24}};
  const std::map<std::uint64_t, double> errors = {{4, 0.5}, {8, 0.25}, {12, 0.75}, {16, 0.25}, {20, 0.5}, {24, 1.0}};
  const auto evaluated = [&](Trainer& trainer) {
    auto step = std::make_shared<std::uint64_t>(0);
    trainer.on_step([step](const StepReport& report) { *step = report.step; });
    trainer.stop_when([step] { return *step == 13; });
    trainer.evaluate_with([&errors, step](FaceModel&) {
      return nlohmann::ordered_json{{"mood_test", {{"accuracy", errors.at(*step)}, {"samples", 7}}},
                                    {"pose_test", {{"error", errors.at(*step)}}}};
    });
  };
  nn::NamedTensors state;
  CHECK(small_run::run(options, state, {}, evaluated).end == End::stopped);
  const auto outcome = small_run::run(options, state, {}, evaluated);  // what was before it is not forgotten
  REQUIRE(outcome.best);
  CHECK(outcome.best->step == 8);
  CHECK(outcome.best->value == 0.25);
  std::vector<std::uint64_t> there;
  for (const auto& entry : Checkpoints(folder / "run/checkpoints").list()) there.push_back(entry.step);
  CHECK(there == std::vector<std::uint64_t>{8, 24});
  std::vector<nlohmann::json> lines;
  for (const auto& line : log_of(folder / "run")) {
    if (line.contains("evaluation")) lines.push_back(line);
  }
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].at("best").at("pose_test").at("error") == 0.5);
  CHECK(lines[5].at("best") == nlohmann::json{{"mood_test", {{"accuracy", 1.0}}}, {"pose_test", {{"error", 0.25}}}});
  CHECK(lines[5].at("mean_of_last_10").at("pose_test").at("error").get<double>() == Approx(3.25 / 6));
  std::ifstream config(folder / "run/config.json");
  CHECK(nlohmann::json::parse(config) == options.config);

  options.folder = folder / "unknown";
  options.keep_best = "pose_test.eror";
  const auto error = error_of([&] { small_run::run(options, state, {}, evaluated); });
  CHECK(error.where() == "checkpoints.keep_best");
  CHECK_THAT(error.expected(), Contains("pose_test.error"));
}

TEST_CASE("A run's checkpoints are weights: the averaged ones, with their tasks, licence and step", "[train][trainer]") {
  const TemporaryFolder folder;
  auto options = small_run::options(folder / "run");
  options.about.licence = "CC0";
  options.about.source = "a test";
  options.config = {{"steps", 24}};
  const auto own = small_run::learner();
  small_run::Source source;
  Trainer(*own, source, options).run();
  const auto loaded = weights::load_model(options.folder);
  CHECK(loaded.info.step == 24);
  CHECK(loaded.info.licence == "CC0");
  CHECK(loaded.info.source == "a test");
  CHECK(loaded.report.complete());
  CHECK(loaded.model->tasks().names() == own->model().tasks().names());
  const auto plain = nn::content_hash(weights::state_of(own->model().module()));
  {
    const MovingAverage::Applied averaged(*own->average());
    CHECK(loaded.info.hash == nn::content_hash(weights::state_of(own->model().module())));
  }
  CHECK(loaded.info.hash != plain);
  CHECK(weights::load_model(options.folder / "checkpoints").info.hash == loaded.info.hash);
  CHECK(weights::load_model(weights::weights_file(options.folder, 20)).info.step == 20);

  const auto other = small_run::learner();
  const auto transferred = weights::transfer_into(other->model(), options.folder);
  CHECK(transferred.tensors.complete());
  CHECK(nn::content_hash(weights::state_of(other->model().module())) == loaded.info.hash);

  // One that says nothing of its model, as version 0.1 wrote them.
  const auto file = options.folder / "checkpoints/step_0000000024.safetensors";
  auto snapshot = Checkpoints::load(file);
  snapshot.info.erase("model");
  Checkpoints(options.folder / "checkpoints").save(snapshot);
  const auto error = error_of([&] { weights::load_model(file); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK_THAT(error.what(), Contains("step_0000000024"));
}

TEST_CASE("SIGTERM lets the step end, saves, and the run can be resumed", "[train][trainer][signals]") {
  const TemporaryFolder folder;
  nn::NamedTensors whole;
  nn::NamedTensors state;
  small_run::run(small_run::options(folder / "whole"), whole);
  const auto options = small_run::options(folder / "run");
  {
    const StopSignals signals;
    const auto outcome = small_run::run(options, state, {}, [](Trainer& trainer) {
      trainer.stop_when([] { return StopSignals::asked(); });
      trainer.on_step([](const StepReport& report) {
        if (report.step == 8) ::raise(SIGTERM);
      });
    });
    CHECK(outcome.end == End::stopped);
    CHECK(outcome.step == 8);
  }
  CHECK(small_run::run(options, state).resumed == 8);
  CHECK(small_run::same(state, whole));
}

TEST_CASE("On a full disk a run ends or continues, as configured, and the old checkpoint stays", "[train][trainer][disk]") {
  const TemporaryFolder folder;
  nn::NamedTensors state;
  for (const bool stop : {true, false}) {
    auto options = small_run::options(folder / (stop ? "stop" : "on"));
    options.stop_on_disk_full = stop;
    small_run::run(options, state, {}, stop_after(7));
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{2048, 2048};
      ::setrlimit(RLIMIT_FSIZE, &limit);
      int code = 9;
      try {
        const Quiet quiet;
        code = small_run::run(options, state).end == End::finished ? 0 : 8;
      } catch (const Error& e) {
        code = e.code() == ErrorCode::io ? 1 : 7;
      }
      ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == (stop ? 1 : 0));
    CHECK(Checkpoints(options.folder / "checkpoints").newest()->step == 7);
  }
}

TEST_CASE("Options of a run that won't do are refused", "[train][trainer]") {
  const TemporaryFolder folder;
  nn::NamedTensors state;
  auto options = small_run::options("");
  CHECK(error_of([&] { small_run::run(options, state); }).code() == ErrorCode::argument);
  options = small_run::options(folder.path());
  options.log_every = 0;
  CHECK(error_of([&] { small_run::run(options, state); }).where() == "log_every");
  options = small_run::options(folder.path());
  options.steps_before = 25;
  CHECK(error_of([&] { small_run::run(options, state); }).where() == "steps");
}
