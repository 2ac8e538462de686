#include <fmt/format.h>
#include <torch/torch.h>

#include <chrono>
#include <cmath>
#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/train/config.hpp>
#include <faceptor/train/memory_estimate.hpp>
#include <faceptor/train/presets.hpp>
#include <faceptor/train/processes.hpp>
#include <faceptor/train/setup.hpp>
#include <faceptor/train/stop_signals.hpp>
#include <faceptor/train/trainer.hpp>

#include "common.hpp"
#include "outputs.hpp"
#include "toml.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;
namespace train = faceptor::train;

struct TrainOptions {
  std::string config, preset, out, resume = "auto", resume_published, device;
  std::vector<std::string> set;
  std::uint64_t steps = 0, seed = 0;
  bool seeded = false, dry_run = false, list_keys = false;
};

/// The values of a configuration file laid over those of the file that it extends, if it does.
nlohmann::json read_layers(const fs::path& path, int depth = 0) {
  constexpr int kDeepest = 16;
  auto tree = read_toml(path);
  const auto base = tree.find("extends");
  if (base == tree.end()) return tree;
  if (!base->is_string()) {
    throw faceptor::Error(faceptor::ErrorCode::argument, "train: what a configuration extends is named by a text")
        .where(path.string())
        .expected("extends = \"FILE\"")
        .found(base->dump());
  }
  if (depth == kDeepest) {
    throw faceptor::Error(faceptor::ErrorCode::argument, "train: configurations extend each other without end").where(path.string());
  }
  auto whole = read_layers(path.parent_path() / base->get<std::string>(), depth + 1);
  tree.erase("extends");
  whole.merge_patch(tree);
  return whole;
}

/// What the preset, the file and the options say, each over the one before it.
train::TrainConfig configuration(const TrainOptions& chosen) {
  nlohmann::json tree = nlohmann::json::object();
  if (!chosen.config.empty()) tree = read_layers(chosen.config);
  if (!chosen.preset.empty()) tree["preset"] = chosen.preset;
  for (const auto& [key, value] : settings_of(chosen.set)) train::set_value(tree, key + "=" + value);
  if (chosen.seeded) tree["seed"] = chosen.seed;
  if (!chosen.device.empty()) tree["device"] = chosen.device;
  if (!chosen.resume_published.empty()) {
    train::set_value(tree, "init.resume=true");
    tree["init"]["from"] = chosen.resume_published;
  }
  if (chosen.steps > 0) {
    // A shorter run of the same shape, its warm-up included.
    const auto whole = train::read_config(tree);
    const auto share = static_cast<double>(whole.trainer.schedule.warmup) / static_cast<double>(whole.trainer.schedule.steps);
    tree["steps"] = chosen.steps;
    train::set_value(tree, fmt::format("schedule.warmup={}", std::llround(share * static_cast<double>(chosen.steps))));
  }
  return train::read_config(tree);
}

/// As the table of docs/training.md.
int list_keys() {
  print_out("{}\n", train::config_table());
  for (const auto& name : train::preset_names()) print_out("`{}`: {}\n", name, train::preset_summary(name));
  return kDone;
}

std::string mebibytes(std::int64_t bytes) { return fmt::format("{:.0f} MiB", static_cast<double>(bytes) / (1 << 20)); }

/// The model as far as the data have no say.
void print_model(const train::TrainConfig& config) {
  const bool begun = config.model.architecture == "init" && !fs::exists(config.init.from);  // what it is, only the missing file says
  const auto& custom = config.model.custom;
  const bool declared = std::all_of(custom.begin(), custom.end(), [](const auto& entry) { return entry.contains("like"); });
  if (begun || !declared) return;
  const auto model = train::declared_model(config);
  print_out("# model: {}, {} tasks\n", config.model.architecture, model.tasks.size());
  for (const auto& task : model.tasks) {
    const auto& spec = task.spec();
    const auto part = model.config.contains("decoder") ? "interpreter " + spec.interpreter : "head " + spec.head_group;
    print_out("#   {:<18} {} outputs, {}, {}, loss {}\n", spec.name, spec.outputs, spec.view.name(), part, spec.loss);
  }
}

/// What the configuration stands for, as comments behind it: both together are a configuration file.
void print_plan(train::Setup& setup, train::Learner& learner) {
  std::map<std::string, train::PassSize> passes;
  print_out("# tasks\n");
  for (const auto& task : setup.data()) {
    const auto& spec = setup.tasks().at(task.task).spec();
    const auto& info = task.training->info();
    print_out("#   {:<18} batch {:<4} weight {:<8.4g} {} samples of {} ({}), {} outputs, {}\n", task.task, task.batch, task.weight,
              task.training->size(), info.format, info.split, spec.outputs, spec.view.name());
    print_out("#     {}\n", task.along.empty() ? faceptor::text::join(task.chain.names(), " > ") : "along " + task.along);
    for (const auto& set : task.evaluation) print_out("#     evaluated on {} samples of {}\n", set->size(), set->info().split);
    auto& pass = passes[fmt::format("{} x {}", spec.view.width(), spec.view.height())];
    if (task.along.empty()) pass.rows += task.batch;
    pass.width = spec.view.width();
    pass.height = spec.view.height();
    if (spec.maps()) pass.dense += task.batch;
  }
  print_out("# passes through the backbone a step\n");
  std::vector<train::PassSize> sizes;
  for (const auto& [name, pass] : passes) {
    print_out("#   {} pictures of {} pixels\n", pass.rows, name);
    sizes.push_back(pass);
  }
  if (!setup.initial().empty()) print_out("# begins with {}: {}\n", setup.config().init.from, setup.initial());
  print_out("# device: {}\n", setup.device().str());
  print_out("# parameters\n");
  struct Group {
    std::int64_t trained = 0, frozen = 0;
    double least = INFINITY, most = 0;
  };
  std::map<std::string, Group> groups;
  for (const auto& parameter : learner.optimizer().parameters()) {
    auto& group = groups[std::string(parameter.group())];
    (parameter.frozen ? group.frozen : group.trained) += parameter.value.numel();
    if (parameter.frozen) continue;
    group.least = std::min(group.least, parameter.multiplier);
    group.most = std::max(group.most, parameter.multiplier);
  }
  for (const auto& [name, group] : groups) {
    const auto rate = group.trained == 0          ? std::string()
                      : group.least == group.most ? fmt::format(", rate x {:g}", group.most)
                                                  : fmt::format(", rate x {:g} to {:g}", group.least, group.most);
    print_out("#   {:<14} {:>12} trained, {:>12} frozen{}\n", name, group.trained, group.frozen, rate);
  }
  const auto memory = train::estimate_memory(setup.model(), learner.optimizer().parameters(), sizes, setup.config().learner.average > 0,
                                             setup.config().learner.recompute);
  print_out("# memory: about {}: weights {}, gradients {}, optimizer {}, average {}, activations {}\n", mebibytes(memory.total()),
            mebibytes(memory.weights), mebibytes(memory.gradients), mebibytes(memory.optimizer), mebibytes(memory.average),
            mebibytes(memory.activations));
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(0.0, seconds));
  if (whole >= 3600) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60) : fmt::format("{}s", whole);
}

std::string step_line(const train::StepReport& report) {
  std::string tasks;
  for (const auto& task : report.result.tasks) {
    tasks += fmt::format("  {} {:.3g}", task.name, task.loss);
    if (task.accuracy) tasks += fmt::format(" ({:.0f} %)", 100 * *task.accuracy);
  }
  return fmt::format("step {}/{}  {}  loss {:.4g}  rate {:.2g}{}{}", report.step, report.steps, clock_text(report.seconds_left),
                     report.result.total, report.rate, tasks, report.skipped ? "  skipped" : "");
}

/// One process among many, or alone.
int train_together(const TrainOptions& chosen, const Common& common, const train::ProcessPlace& place,
                   const std::shared_ptr<train::Communicator>& processes) {
  const auto config = configuration(chosen);
  if (chosen.dry_run) {
    // First, so that a preset can be had as a file, and its model be checked, before its data are there.
    print_out("{}\n", to_toml(train::write_config(config)));
    print_model(config);
  }
  const fs::path out = chosen.out;
  if (!chosen.dry_run && place.rank == 0) {
    Outputs outputs(common.force);
    outputs.reads(chosen.config);
    outputs.reads(config.init.from);
    outputs.writes("--out", out / "log.jsonl", OutputKind::run_log);
    // A run may be begun, or gone on with, by the configuration that it wrote.
    std::error_code failed;
    const auto written = out / "config.json";
    const bool own = !chosen.config.empty() && fs::equivalent(chosen.config, written, failed) && written_here(written, OutputKind::json);
    if (!own) outputs.writes("--out", written, OutputKind::json);
    for (const auto& [task, data] : config.data) {
      if (data.format.empty() || !fs::equivalent(fs::path(config.data_root) / data.root, out, failed)) continue;
      throw faceptor::Error(faceptor::ErrorCode::argument, "--out: the run reads this folder, a data set")
          .where(fmt::format("{}, data.{}", chosen.out, task))
          .hint("give a folder of the run's own");
    }
    outputs.writes("--out", out / "weights.safetensors", OutputKind::weights);
    outputs.check();
  }
  train::Setup setup(config, place);
  if (config.device == "auto" && !chosen.dry_run) say(common, "device: " + setup.device().str());
  const auto learner = setup.make_learner();
  const auto loader = setup.make_loader();
  if (chosen.dry_run) {
    print_plan(setup, *learner);
    return kDone;
  }
  if (!setup.initial().empty()) say(common, "weights: " + setup.initial());
  auto trainer = setup.make_trainer(*learner, *loader, out, chosen.resume == "auto", processes);
  Progress progress(common, setup.config().trainer.schedule.steps);
  const auto every = setup.config().trainer.log_every;
  trainer->on_step([&](const train::StepReport& report) {
    if (progress.on_terminal() || report.step % every == 0 || report.step == report.steps) progress.show(step_line(report));
  });
  trainer->on_evaluate([&](std::uint64_t step, const nlohmann::ordered_json& numbers) {
    for (const auto& [task, values] : numbers.items()) progress.say(fmt::format("evaluation, step {}: {} {}", step, task, values.dump()));
  });
  const train::StopSignals signals;
  trainer->stop_when([] { return train::StopSignals::asked(); });
  const auto outcome = trainer->run();
  progress.end();
  if (outcome.resumed > 0) say(common, fmt::format("the run is resumed at step {}", outcome.resumed));
  for (const auto& task : loader->report()) {
    if (task.bad > 0)
      say(common, fmt::format("{}: {} records were skipped; the first: {}", task.task, task.bad, task.first_bad.front().error.what()));
  }
  if (place.rank > 0) return outcome.end == train::TrainOutcome::End::diverged ? kFailed : kDone;
  switch (outcome.end) {
    case train::TrainOutcome::End::diverged: complain(common, outcome.message); return kFailed;
    case train::TrainOutcome::End::stopped:
      say(common, fmt::format("stopped after step {} of {}; the same command resumes the run", outcome.step,
                              setup.config().trainer.schedule.steps));
      return kDone;
    case train::TrainOutcome::End::finished: break;
  }
  if (outcome.best) {
    say(common, fmt::format("best {}: {:.6g}, after step {}, whose checkpoint stays", outcome.best->number, outcome.best->value,
                            outcome.best->step));
  }
  const auto weights = out / "weights.safetensors";
  const auto hash = setup.write_weights(weights, *learner);
  if (outcome.skipped > 0) say(common, fmt::format("{} steps were skipped: a loss or gradient was not finite", outcome.skipped));
  say(common, fmt::format("{} steps are done; {} ({})", outcome.step, weights.string(), hash.substr(0, 12)));
  return kDone;
}

int run_training(const TrainOptions& chosen, const Common& common) {
  if (chosen.list_keys) return list_keys();
  if (chosen.config.empty() && chosen.preset.empty()) {
    throw CLI::ValidationError("train", "give a configuration file or --preset NAME: " + faceptor::text::join(train::preset_names()));
  }
  if (chosen.out.empty() && !chosen.dry_run) throw CLI::ValidationError("train", "give --out DIR, the folder of the run");
  const auto place = train::process_place();
  if (chosen.dry_run) return place.rank == 0 ? train_together(chosen, common, place, nullptr) : kDone;
  const auto processes = train::join_processes(place);
  auto own = common;
  own.quiet = common.quiet || place.rank > 0;
  if (place.rank > 0) {
    faceptor::set_log_sink([rank = place.rank](faceptor::LogLevel level, std::string_view line) {
      if (level == faceptor::LogLevel::warning) fmt::print(stderr, "process {}: {}\n", rank, faceptor::text::printable(line));
    });
  }
  if (place.ranks > 1) say(own, fmt::format("{} processes train together", place.ranks));
  try {
    return train_together(chosen, own, place, processes);
  } catch (const std::exception& e) {
    processes->failed(e.what());
    throw;
  }
}

}  // namespace

void add_train(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<TrainOptions>();
  auto* verb = add_verb(app, "train", "train a model; a run in the folder is resumed",
                        "faceptor synthesize synthetic --count 2000 && faceptor train --preset tiny --out runs/tiny", common,
                        [chosen, &common] { return run_training(*chosen, common); });
  verb->add_option("config", chosen->config, "configuration in TOML (docs/training.md); its `preset` is what it begins from");
  verb->add_option("--preset", chosen->preset, "begin from: " + faceptor::text::join(train::preset_names()));
  verb->add_option("--out", chosen->out, "folder of the run: log, checkpoints, TensorBoard files, final weights");
  verb->add_option("--set", chosen->set, "KEY=VALUE over the configuration, such as schedule.peak=1e-4; may be given often")
      ->allow_extra_args(false);
  verb->add_option("--steps", chosen->steps, "length of the run in steps, the warm-up in proportion; default: the configuration's");
  verb->add_option_function<std::uint64_t>(
      "--seed",
      [chosen](std::uint64_t seed) {
        chosen->seed = seed;
        chosen->seeded = true;
      },
      "of everything random; default: the configuration's");
  verb->add_option("--resume", chosen->resume, "auto: resume a run in the folder; never: refuse one")
      ->check(CLI::IsMember({"auto", "never"}))
      ->capture_default_str();
  verb->add_option("--resume-published", chosen->resume_published,
                   "go on with what a published checkpoint left, its optimizer and step included: init.from with init.resume");
  verb->add_option("--device", chosen->device, "cpu, cuda, cuda:1, or auto: a GPU where there is one; default: the configuration's");
  verb->add_flag("--dry-run", chosen->dry_run, "print the resolved configuration, tasks, parameters and memory; train nothing");
  verb->add_flag("--list-keys", chosen->list_keys, "print every key of a configuration, with its default and meaning");
}

}  // namespace faceptor::program
