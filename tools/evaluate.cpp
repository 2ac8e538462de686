#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/evaluate/suite.hpp>
#include <faceptor/published/paper_results.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/report/html_report.hpp>
#include <faceptor/train/processes.hpp>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {
namespace fs = std::filesystem;
namespace evaluate = faceptor::evaluate;
namespace train = faceptor::train;

struct EvaluateChoice {
  std::vector<std::string> tasks, settings, second_stages;
  std::string suite, weights, data, format, split, labels, within, detector, json, report, crop = "automatic";
  std::string device = "cpu", precision = "fp32";
  Step step;
  bool save_thresholds = false;
  evaluate::EvaluateOptions options;
};

/// The format a task's published data set has.
std::string format_of(const std::string& task, const EvaluateChoice& chosen) {
  if (!chosen.format.empty()) return chosen.format;
  if (const auto* row = published::find(task)) return std::string(row->evaluation_format);
  throw CLI::ValidationError("--format", "is needed: \"" + task + "\" is no published task with a data set of its own");
}

/// A task and a set to score it on.
struct Scoring {
  std::string task;
  std::shared_ptr<const datasets::Dataset> set;
};

std::vector<Scoring> open_sets(const std::string& task, const EvaluateChoice& chosen) {
  const auto format = format_of(task, chosen);
  datasets::DatasetOptions options{
      .split = chosen.split, .labels = chosen.labels, .within = chosen.within, .settings = settings_of(chosen.settings)};
  // The published numbers are of the part for tests, whatever the format's default is. A set of one's own may have no parts.
  const auto* row = published::find_by_format(format);
  if (options.split.empty() && row != nullptr && format != "verification") {
    options.split = format == row->evaluation_format ? std::string(row->evaluation_splits) : "test";
  }
  // What `synthesize` writes holds a folder for each format.
  const fs::path root = chosen.data;
  const auto own = fs::is_directory(root / format) ? root / format : root;
  if (format != "verification" || !options.split.empty() || !fs::is_directory(own)) {
    return {{task, datasets::open_dataset(format, own, options)}};
  }
  // Pairs lie in a file a set: all of them, unless one was asked for.
  std::vector<Scoring> scorings;
  for (const auto& split : datasets::verification_splits(own)) {
    options.split = split;
    scorings.push_back({task, datasets::open_dataset(format, own, options)});
  }
  if (scorings.empty()) throw faceptor::Error(faceptor::ErrorCode::io, "evaluate: the folder has no .bin of pairs").where(own.string());
  return scorings;
}

/// The weights of second stages, by task.
std::map<std::string, std::string> second_stage_files(const EvaluateChoice& chosen) {
  std::map<std::string, std::string> files;
  for (const auto& written : chosen.second_stages) {
    const auto equals = written.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == written.size()) {
      throw CLI::ValidationError("--stage2-weights", "takes TASK=FILE, such as affect_rafdb=runs/affect, not \"" + written + "\"");
    }
    files[written.substr(0, equals)] = written.substr(equals + 1);
  }
  return files;
}

/// The files of results, which replace nothing. A report's JSON is named by its task, and by its split where a task has several.
void check_outputs(const EvaluateChoice& chosen, const Common& common) {
  Outputs outputs(common.force);
  outputs.reads(chosen.data);
  outputs.reads(weights_path(chosen.weights));
  for (const auto& [task, file] : second_stage_files(chosen)) outputs.reads(file);
  if (!chosen.labels.empty()) outputs.reads(fs::path(chosen.data) / chosen.labels);
  outputs.writes("--json", chosen.json, OutputKind::json);
  if (!chosen.report.empty()) {
    const fs::path folder = chosen.report;
    outputs.writes("--report", folder / "index.html", OutputKind::page);
    for (const auto& task : std::set<std::string>(chosen.tasks.begin(), chosen.tasks.end())) {
      outputs.writes("--report", folder / (task + ".json"), OutputKind::json);
      std::error_code failed;
      for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with(task + "-") && name.ends_with(".json")) outputs.writes("--report", entry.path(), OutputKind::json);
      }
    }
  }
  outputs.check();
}

std::string json_text(const nlohmann::json& json) { return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

void write_page(const EvaluateChoice& chosen, const Common& common, const std::vector<report::ReportedSet>& reported,
                const evaluate::SuiteReport* suite = nullptr) {
  if (chosen.report.empty()) return;
  report::write_reports(chosen.report, reported, suite);
  say(common, "report: " + (fs::path(chosen.report) / "index.html").string() + " (it shows faces: mind whom you give it to)");
}

/// Which levels the tasks look at, where that was asked for.
void print_layer_attention(const std::vector<report::ReportedSet>& reported) {
  std::vector<const evaluate::Report*> reports;
  for (const auto& one : reported) reports.push_back(one.report);
  if (const auto shares = evaluate::layer_attention_of(reports)) write_out(evaluate::table(*shares));
}

/// Tables, JSON and pages of what came out.
int hand_out(const EvaluateChoice& chosen, const std::vector<Scoring>& scorings, const std::vector<evaluate::Report>& reports,
             const Common& common) {
  std::vector<report::ReportedSet> reported;
  for (std::size_t i = 0; i < reports.size(); ++i) reported.push_back({&reports[i], scorings[i].set});
  write_page(chosen, common, reported);
  if (!chosen.json.empty()) {
    std::string lines;
    for (const auto& report : reports) {
      lines += (lines.empty() ? "" : "\n") + json_text(report);
    }
    WholeText(chosen.json).write(lines);
  } else {
    for (const auto& report : reports) write_out(evaluate::table(report));
    print_layer_attention(reported);
  }
  if (chosen.save_thresholds) {
    bool saved = false;
    for (const auto& report : reports) {
      if (!report.details.contains("thresholds")) continue;
      evaluate::save_thresholds(chosen.weights, report);
      saved = true;
    }
    if (!saved) {
      throw faceptor::Error(faceptor::ErrorCode::argument, "evaluate: there are no thresholds to save")
          .where(faceptor::text::join(chosen.tasks))
          .expected("a task that compares faces, evaluated on pairs");
    }
  }
  return kDone;
}

/// The paper's tables. The exit code tells of sets that are there and couldn't be evaluated.
int evaluate_suite(const EvaluateChoice& chosen, const Common& common, weights::LoadedModel first) {
  evaluate::SuiteWeights weights{std::move(first)};
  for (const auto& [task, file] : second_stage_files(chosen))
    weights.second.emplace(task, ready_model(load_weights(common, file), chosen.precision, chosen.options.device));
  std::unique_ptr<Progress> shown;
  const auto progress = [&](const std::string& name, std::size_t samples) -> evaluate::Progress {
    shown = std::make_unique<Progress>(common, samples, 20);
    return [&shown, name](std::size_t done, std::size_t) { shown->reach(done, name); };
  };
  const auto suite = evaluate::published_suite(weights, chosen.data, {.each = chosen.options, .progress = progress});
  shown.reset();
  if (chosen.options.rank > 0) return kDone;
  std::vector<report::ReportedSet> reported;
  for (const auto& [report, set] : suite.evaluations) reported.push_back({&report, set});
  write_page(chosen, common, reported, &suite);
  if (!chosen.json.empty()) {
    WholeText(chosen.json).write(json_text(suite));
  } else {
    write_out(evaluate::table(suite));
    print_layer_attention(reported);
  }
  return std::ranges::any_of(suite.rows, &evaluate::SuiteRow::failed) ? kFailed : kDone;
}

int evaluate_share(EvaluateChoice& chosen, const Common& common, train::Communicator& processes, const train::ProcessPlace& place) {
  if (chosen.save_thresholds && (chosen.weights.empty() || fs::is_directory(chosen.weights))) {
    throw CLI::ValidationError("--save-thresholds", "needs --weights FILE: a run's checkpoints carry none");
  }
  if (chosen.suite.empty() == chosen.tasks.empty()) throw CLI::ValidationError("evaluate", "give either tasks or --suite published");
  if (!chosen.suite.empty()) {
    for (const auto& row : published::kPaperRows) chosen.tasks.emplace_back(row.task);  // the names of the report's files
  }
  if (processes.rank() == 0) check_outputs(chosen, common);
  chosen.options.device = train::device_of_process(chosen.device, place);
  if (chosen.options.layer_attention) chosen.precision = "plain";  // frozen forms keep no attention
  auto loaded = ready_model(load_weights(common, chosen.weights, chosen.step), chosen.precision, chosen.options.device);
  chosen.options.rank = processes.rank();
  chosen.options.ranks = processes.size();
  chosen.options.gather = [&](const std::string& mine) { return train::gather_texts(processes, mine); };
  chosen.options.crop = evaluate::crop_source(chosen.crop);
  if (!chosen.detector.empty()) {
    chosen.options.detector = faceptor::make_detector(chosen.detector);
    if (processes.rank() == 0) say_licence(common, *chosen.options.detector);
  }
  chosen.options.bootstrap.seed = common.seed;
  if (!chosen.suite.empty()) return evaluate_suite(chosen, common, std::move(loaded));

  std::vector<Scoring> scorings;
  for (const auto& task : chosen.tasks) {
    loaded.model->tasks().index(task);  // an unknown task fails before anything long
    for (auto& scoring : open_sets(task, chosen)) scorings.push_back(std::move(scoring));
  }
  std::vector<evaluate::Report> reports;
  for (const auto& [task, set] : scorings) {
    Progress progress(common, set->size(), 20);
    chosen.options.progress = [&, &name = task](std::size_t done, std::size_t) { progress.reach(done, name); };
    reports.push_back(evaluate::evaluate(loaded, task, set, chosen.options));
  }

  return processes.rank() == 0 ? hand_out(chosen, scorings, reports, common) : kDone;
}

/// Alone, or as one of the processes that torchrun has started, each of which takes its share of every set.
int evaluate_tasks(EvaluateChoice& chosen, const Common& common) {
  const auto place = train::process_place();
  const auto processes = train::join_processes(place);
  auto own = common;
  own.quiet = common.quiet || processes->rank() > 0;
  try {
    return evaluate_share(chosen, own, *processes, place);
  } catch (const std::exception& e) {
    processes->failed(e.what());
    throw;
  }
}

}  // namespace

void add_evaluate(CLI::App& app, Common& common) {
  auto chosen = std::make_shared<EvaluateChoice>();
  auto* verb = add_verb(app, "evaluate", "score tasks on a data set by the published protocols",
                        "faceptor evaluate align_300w --weights faceptor-base.safetensors --data data/300W --split valid --report out",
                        common, [chosen, &common] { return evaluate_tasks(*chosen, common); });
  auto* tasks = verb->add_option("tasks", chosen->tasks, "names of the model's tasks");
  auto* suite = verb->add_option("--suite", chosen->suite, "published: every row of the paper's tables that the data allow")
                    ->check(CLI::IsMember({"published"}))
                    ->excludes(tasks);
  verb->add_option("--weights", chosen->weights, "weights file, run or published checkpoint");
  verb->add_option("--stage2-weights", chosen->second_stages,
                   "of a suite: TASK=FILE, the weights after the second stage for that task; may be repeated")
      ->needs(suite);
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  add_precision_option(*verb, chosen->precision);
  verb->add_option("--data", chosen->data, "folder of the data set, or one that holds a folder for each format")->required();
  auto* format = verb->add_option("--format", chosen->format, "format of the data set; default: the task's published one");
  auto* split = verb->add_option("--split", chosen->split,
                                 "default: test, of 300W valid, of verification pairs all files; of sets of your own the format's default");
  auto* labels = verb->add_option("--labels", chosen->labels, "another label file or folder than the format's");
  auto* within = verb->add_option("--within", chosen->within, "the folder that label files may not point out of; default: the set's");
  auto* settings = verb->add_option("--set", chosen->settings, "a setting of the format, KEY=VALUE; may be repeated");
  verb->add_option("--crop", chosen->crop, "automatic, published, view or whole: see docs/evaluation.md")->capture_default_str();
  verb->add_option("--detector", chosen->detector,
                   "take boxes from this detector instead of the set: " + faceptor::text::join(faceptor::detector_names()));
  verb->add_option("--group", chosen->options.groups, "report by this column too, such as sex, age_band or age:20,40,60; may be repeated");
  verb->add_option("--resamples", chosen->options.bootstrap.resamples, "of the bootstrap behind the 95 % intervals; 0: none")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  verb->add_option("--seed", common.seed, "of the bootstrap")->capture_default_str();
  verb->add_option("--worst", chosen->options.worst, "how many of the worst samples are listed and drawn")->capture_default_str();
  verb->add_option("--batch", chosen->options.batch, "samples at a time; 0: 32 at 112 pixels, fewer for larger crops")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  verb->add_option("--workers", chosen->options.workers, "threads that read and cut samples")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  verb->add_option("--bad-limit", chosen->options.bad_limit, "share of samples that may be unreadable and left out")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  verb->add_flag("--layer-attention", chosen->options.layer_attention,
                 "also which share of its attention each task gives each level of the backbone; takes another pass of the network");
  verb->add_option("--json", chosen->json, "write a JSON object a task, one a line, to this file; of a suite one; - for standard output");
  verb->add_option("--report", chosen->report, "write index.html with tables, plots and the worst samples, and TASK.json, to this folder");
  auto* thresholds = verb->add_flag("--save-thresholds", chosen->save_thresholds,
                                    "identity: write the thresholds at each FAR into the metadata of the weights file");
  for (auto* of_one_set : {format, split, labels, within, settings, thresholds}) suite->excludes(of_one_set);
}

}  // namespace faceptor::program
