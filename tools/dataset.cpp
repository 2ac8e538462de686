#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/datasets/inspect/check.hpp>
#include <faceptor/datasets/inspect/sheet.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/datasets/prepare/prepare.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/detectors/detectors.hpp>
#include <faceptor/published/table.hpp>
#include <nlohmann/json.hpp>

#include "common.hpp"
#include "outputs.hpp"

namespace faceptor::program {
namespace {
using Json = nlohmann::ordered_json;

struct CheckChoices {
  std::string format, root, json, sheet;
  datasets::DatasetOptions set;
  std::vector<std::string> settings;
  std::size_t limit = 0;
};

/// Names of files need not be UTF-8.
std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

/// The sizes of all splits. A format with a single one isn't opened again: that may take minutes.
std::vector<datasets::SplitSize> splits_of(const CheckChoices& chosen, const datasets::Dataset& opened) {
  const auto formats = datasets::dataset_formats();
  const auto format = std::find_if(formats.begin(), formats.end(), [&](const auto& one) { return one.name == chosen.format; });
  if (format->splits.size() < 2) return {{opened.info().split, opened.size()}};
  return datasets::split_sizes(chosen.format, chosen.root, chosen.set);
}

/// The published task that a set is for; empty for sets of one's own.
std::string task_for(std::string_view format, std::int64_t classes = 0) {
  const auto* row = published::find_by_format(format, classes);
  return row == nullptr ? "" : std::string(row->name);
}

/// What the paper says of the split that the task learns from, beside what is here. Nothing for sets of one's own.
std::optional<Json> beside_the_paper(const datasets::DatasetInfo& set, const std::vector<datasets::SplitSize>& splits, bool for_people) {
  const auto* row = published::find_by_format(set.format, set.classes);
  if (row == nullptr || row->format != set.format) return std::nullopt;
  const auto here = std::ranges::find(splits, row->split, &datasets::SplitSize::split);
  if (here == splits.end() || !here->error.empty()) return std::nullopt;
  if (for_people) print_out("{:<14}paper: {}, here: {}\n", row->split, row->samples, here->samples);
  return Json{{"split", row->split}, {"samples", row->samples}, {"here", here->samples}};
}

/// What was found in one set, for people. @return the same as JSON
Json tell(const datasets::DatasetReport& report, const std::vector<datasets::SplitSize>& splits, bool for_people) {
  const auto task = task_for(report.info.format, report.info.classes);
  if (for_people) {
    for (const auto& split : splits) {
      print_out(
          "split         {}: {}\n", split.split,
          split.error.empty() ? fmt::format("{} samples", split.samples) : fmt::format("not there: {}", text::printable(split.error)));
    }
    if (!task.empty()) print_out("task          {}\n", task);
  }
  const auto paper = beside_the_paper(report.info, splits, for_people);
  if (for_people) {
    for (const auto& line : datasets::to_lines(report)) print_out("{}\n", text::printable(line));
  }
  auto json = datasets::to_json(report);
  json["task"] = task;
  if (paper) json["paper"] = *paper;
  for (const auto& split : splits) {
    json["splits"].push_back(
        {{"split", split.split}, {"samples", split.samples}, {"error", split.error.empty() ? Json() : Json(split.error)}});
  }
  return json;
}

/// The sheet of one of several sets: its name goes before the extension.
std::filesystem::path own_sheet(const std::filesystem::path& sheet, const std::string& split) {
  auto path = sheet;
  return path.replace_filename(sheet.stem().string() + "-" + split + sheet.extension().string());
}

int check(const Common& common, CheckChoices chosen) {
  chosen.set.settings = settings_of(chosen.settings);
  // A folder of verification sets: all of them, unless one was asked for.
  const bool pairs = chosen.format == "verification" && chosen.set.split.empty() && std::filesystem::is_directory(chosen.root);
  auto parts = pairs ? datasets::verification_splits(chosen.root) : std::vector{chosen.set.split};
  if (parts.empty()) parts = {chosen.set.split};  // which is refused as it is opened
  const bool several = parts.size() > 1;
  const auto sheet_of = [&](const std::string& part) {
    return several && !chosen.sheet.empty() ? own_sheet(chosen.sheet, part).string() : chosen.sheet;
  };
  Outputs outputs(common.force);
  outputs.reads(chosen.root);
  if (!chosen.set.labels.empty()) outputs.reads(std::filesystem::path(chosen.root) / chosen.set.labels);
  outputs.writes("--json", chosen.json, OutputKind::json);
  for (const auto& part : parts) outputs.writes("--sheet", sheet_of(part), OutputKind::picture);
  outputs.check();
  // Files that can't be written are an error before hours of reading.
  std::optional<WholeText> json_file;
  if (!chosen.json.empty()) json_file.emplace(chosen.json);
  std::vector<Json> told;
  bool sound = true;
  for (const auto& part : parts) {
    auto own = chosen;
    own.set.split = part;
    try {
      const auto set = datasets::open_dataset(own.format, own.root, own.set);
      const auto splits = splits_of(own, *set);
      if (!chosen.sheet.empty()) write_picture(sheet_of(part), datasets::dataset_sheet(*set, {.threads = common.threads}));
      datasets::DatasetReport report;
      {
        Progress progress(common, chosen.limit > 0 ? std::min(chosen.limit, set->size()) : set->size(), 20);
        const auto reached = [&](std::size_t done, std::size_t) { progress.reach(done, several ? "samples of " + part : "samples"); };
        report = datasets::check_dataset(*set, {.threads = common.threads, .limit = chosen.limit, .progress = reached});
      }
      told.push_back(tell(report, splits, chosen.json != "-"));
      sound = sound && report.sound();
    } catch (const Error& e) {
      if (!several) throw;  // one that can't be opened doesn't keep the others from being checked
      complain(common, e.what());
      told.push_back({{"format", own.format}, {"split", part}, {"error", e.what()}});
      sound = false;
    }
  }
  // One set is an object, several are a list of them.
  if (json_file) json_file->write(dump(told.size() == 1 ? told.front() : Json(told)));
  return sound ? kDone : kFailed;
}

int list_formats(const Common& common, const std::string& json) {
  Outputs outputs(common.force);
  outputs.writes("--json", json, OutputKind::json);
  outputs.check();
  Json all = Json::array();
  for (const auto& format : datasets::dataset_formats()) {
    const auto forms = datasets::download_forms();
    const auto form = std::ranges::find(forms, format.name, &datasets::DownloadForm::format);
    if (json.empty()) {
      print_out("{:<14} {:<17} {}\n", format.name, task_for(format.name), format.description);
      if (!format.splits.empty()) print_out("{:<14} {:<17} splits {}\n", "", "", text::join(format.splits));
      if (form != forms.end()) print_out("{:<14} {:<17} prepared from {}: {}\n", "", "", form->holds, form->becomes);
    }
    all.push_back({{"name", format.name},
                   {"description", format.description},
                   {"task", task_for(format.name)},
                   {"kind", std::string(format.kind.name())},
                   {"splits", format.splits}});
    if (form != forms.end()) all.back()["download"] = {{"holds", form->holds}, {"becomes", form->becomes}};
  }
  if (!json.empty()) WholeText(json).write(dump(all));
  return kDone;
}

struct PrepareChoices {
  std::string format, download, out, detector, weights, json;
  bool dry_run = false;
};

/// The faces of a photo by the detector, with the five points that it gives or else those of the weights' landmarks. Weights are loaded
/// when they are first needed.
datasets::FaceFinder face_finder(const Common& common, const PrepareChoices& chosen) {
  const std::shared_ptr<const FaceDetector> detector = make_detector(chosen.detector);
  say_licence(common, *detector);
  const auto turn = std::make_shared<std::mutex>();
  const auto analyzer = std::make_shared<std::optional<FaceAnalyzer>>();
  return [&common, &chosen, detector, turn, analyzer](const Image& photo) {
    auto faces = detector->detect(photo);
    if (std::ranges::all_of(faces, [](const Detection& face) { return face.points.has_value(); })) return faces;
    const std::lock_guard lock(*turn);
    if (!*analyzer) {
      auto loaded = load_weights(common, chosen.weights);
      if (loaded.info.untrained) {
        throw Error(ErrorCode::argument,
                    fmt::format("dataset: the detector \"{}\" gives no five points, and there are no trained weights to find them",
                                chosen.detector))
            .hint("give --weights FILE, or another --detector");
      }
      analyzer->emplace(std::move(loaded), AnalyzerOptions{.detector = detector});
    }
    return (*analyzer)->with_five_points(photo, std::move(faces));
  };
}

int prepare(const Common& common, const PrepareChoices& chosen) {
  Outputs outputs(common.force);
  outputs.reads(chosen.download);
  outputs.writes("--json", chosen.json, OutputKind::json);
  outputs.check();
  std::optional<WholeText> json_file;
  if (!chosen.json.empty()) json_file.emplace(chosen.json);
  std::optional<Progress> progress;
  datasets::PrepareOptions options{.seed = common.seed,
                                   .threads = common.threads,
                                   .faces = face_finder(common, chosen),
                                   .finder = chosen.detector,
                                   .dry_run = chosen.dry_run,
                                   .force = common.force};
  options.progress = [&](std::size_t done, std::size_t total) {
    if (!progress) progress.emplace(common, total, 20);
    progress->reach(done, "pictures of " + chosen.format);
  };
  const auto report = datasets::prepare_dataset(chosen.format, chosen.download, chosen.out, options);
  if (progress) progress->end();
  for (const auto& picture : report.pictures) {
    if (picture.fate == datasets::PictureFate::failed) complain(common, picture.why);
  }
  if (json_file) json_file->write(dump(datasets::to_json(report)));
  if (chosen.json != "-") {
    for (const auto& line : datasets::to_lines(report)) print_out("{}\n", text::printable(line));
  }
  return report.count(datasets::PictureFate::failed) == 0 ? kDone : kFailed;
}

void add_prepare(CLI::App& dataset, Common& common) {
  auto chosen = std::make_shared<PrepareChoices>();
  chosen->detector = detector_names().front();
  auto* verb = add_verb(dataset, "prepare", "what was downloaded into what the readers take, for sets that can't be read as they come",
                        "faceptor dataset prepare morph2 downloads/MORPH data/morph2 --seed 7", common,
                        [&common, chosen] { return prepare(common, *chosen); });
  std::vector<std::string> names;
  for (const auto& form : datasets::download_forms()) names.emplace_back(form.format);
  verb->add_option("format", chosen->format, "one of " + text::join(names))->required();
  verb->add_option("download", chosen->download, "the folder with the unpacked archives; it is only read")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->add_option("out", chosen->out, "folder for the set; one that was begun is gone on with")->required();
  verb->add_option("--seed", common.seed, "of the split, where the set has no published one")->capture_default_str();
  verb->add_option("--detector", chosen->detector, "how faces are found, where the set doesn't say: " + text::join(detector_names()))
      ->capture_default_str();
  verb->add_option("--weights", chosen->weights, "whose landmarks give the five points of a face, if the detector gives none");
  verb->add_flag("--dry-run", chosen->dry_run, "only say what would be written");
  verb->add_option("--json", chosen->json, "write the report as JSON to this file; - for standard output");
}

}  // namespace

void add_dataset(CLI::App& app, Common& common) {
  auto* dataset = app.add_subcommand("dataset", "data sets: made ready, looked into, and which formats are read");
  dataset->require_subcommand(1);

  auto chosen = std::make_shared<CheckChoices>();
  auto* verb = add_verb(*dataset, "check", "reads a whole data set and reports what is in it and what is wrong with it",
                        "faceptor dataset check lapa data/LaPa --split test --sheet sheet.png", common,
                        [&common, chosen] { return check(common, *chosen); });
  std::vector<std::string> names;
  for (const auto& format : datasets::dataset_formats()) names.push_back(format.name);
  verb->add_option("format", chosen->format, "one of " + text::join(names))->required();
  verb->add_option("root", chosen->root, "the set's folder, or the file it consists of; a folder of verification sets (.bin): all of them")
      ->required();
  verb->add_option("--split", chosen->set.split, "which part; by default the one the published training uses");
  verb->add_option("--labels", chosen->set.labels, "another label file or folder, from the set's folder on");
  verb->add_option("--within", chosen->set.within, "the folder that no path of a label file may leave, from the set's folder on");
  verb->add_option("--set", chosen->settings, "key=value: a setting of the format; may be repeated")->take_all();
  verb->add_option("--limit", chosen->limit, "samples to read, spread evenly; 0: all")->capture_default_str();
  verb->add_option("--json", chosen->json, "write the report as JSON to this file; - for standard output");
  verb->add_option("--sheet", chosen->sheet, "also a picture of samples with their labels drawn over them (PNG or JPEG)");

  add_prepare(*dataset, common);

  auto json = std::make_shared<std::string>();
  auto* formats = add_verb(*dataset, "formats", "the formats that are read", "faceptor dataset formats", common,
                           [json, &common] { return list_formats(common, *json); });
  formats->add_option("--json", *json, "write JSON to this file; - for standard output");
}

}  // namespace faceptor::program
