#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/report.hpp>
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
  std::vector<std::string> tasks, settings;
  std::string weights, data, format, split, labels, within, detector, json, report, crop = "automatic", device = "cpu";
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

/// The files of results, which replace nothing. A report's JSON is named by its task, and by its split where a task has several.
void check_outputs(const EvaluateChoice& chosen, const Common& common) {
  Outputs outputs(common.force);
  outputs.reads(chosen.data);
  outputs.reads(weights_path(chosen.weights));
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

/// Tables, JSON and pages of what came out.
int hand_out(const EvaluateChoice& chosen, const std::vector<Scoring>& scorings, const std::vector<evaluate::Report>& reports,
             const Common& common) {
  std::vector<report::ReportedSet> reported;
  for (std::size_t i = 0; i < reports.size(); ++i) reported.push_back({&reports[i], scorings[i].set});
  if (!chosen.report.empty()) {
    report::write_reports(chosen.report, reported);
    say(common, "report: " + (fs::path(chosen.report) / "index.html").string() + " (it shows faces: mind whom you give it to)");
  }
  if (!chosen.json.empty()) {
    std::string lines;
    for (const auto& report : reports) {
      lines += (lines.empty() ? "" : "\n") + nlohmann::json(report).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    WholeText(chosen.json).write(lines);
  } else {
    for (const auto& report : reports) write_out(evaluate::table(report));
  }
  if (chosen.save_thresholds) {
    for (const auto& report : reports) {
      if (report.details.contains("thresholds")) evaluate::save_thresholds(chosen.weights, report);
    }
  }
  return kDone;
}

int evaluate_share(EvaluateChoice& chosen, const Common& common, train::Communicator& processes, const train::ProcessPlace& place) {
  if (chosen.save_thresholds && (chosen.weights.empty() || fs::is_directory(chosen.weights))) {
    throw CLI::ValidationError("--save-thresholds", "needs --weights FILE: a run's checkpoints carry none");
  }
  if (processes.rank() == 0) check_outputs(chosen, common);
  chosen.options.device = train::device_of_process(chosen.device, place);
  auto loaded = load_weights(common, chosen.weights, chosen.step);
  chosen.options.rank = processes.rank();
  chosen.options.ranks = processes.size();
  chosen.options.gather = [&](const std::string& mine) { return train::gather_texts(processes, mine); };
  chosen.options.crop = evaluate::crop_source(chosen.crop);
  if (!chosen.detector.empty()) chosen.options.detector = faceptor::make_detector(chosen.detector);
  chosen.options.bootstrap.seed = common.seed;

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
  verb->add_option("tasks", chosen->tasks, "names of the model's tasks")->required();
  verb->add_option("--weights", chosen->weights, "weights file, run or published checkpoint");
  add_step_option(*verb, chosen->step);
  add_device_option(*verb, chosen->device);
  verb->add_option("--data", chosen->data, "folder of the data set, or one that holds a folder for each format")->required();
  verb->add_option("--format", chosen->format, "format of the data set; default: the task's published one");
  verb->add_option("--split", chosen->split, "default: test, of 300W valid, of verification pairs all files; of sets of your own the format's default");
  verb->add_option("--labels", chosen->labels, "another label file or folder than the format's");
  verb->add_option("--within", chosen->within, "the folder that label files may not point out of; default: the set's");
  verb->add_option("--set", chosen->settings, "a setting of the format, KEY=VALUE; may be repeated");
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
  verb->add_option("--json", chosen->json, "write a JSON object a task, one a line, to this file; - for standard output");
  verb->add_option("--report", chosen->report, "write index.html with tables, plots and the worst samples, and TASK.json, to this folder");
  verb->add_flag("--save-thresholds", chosen->save_thresholds,
                 "identity: write the thresholds at each FAR into the metadata of the weights file");
}

}  // namespace faceptor::program
