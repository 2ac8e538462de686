#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/open_dataset.hpp>
#include <faceptor/evaluate/suite.hpp>
#include <faceptor/published/table.hpp>

namespace faceptor::evaluate {
namespace {
namespace fs = std::filesystem;
using published::PaperRow;

/// The tasks that have rows, in order.
std::vector<std::string> tasks_with_rows() {
  std::vector<std::string> tasks;
  for (const auto& row : published::kPaperRows) {
    if (tasks.empty() || tasks.back() != row.task) tasks.emplace_back(row.task);
  }
  return tasks;
}

void check(const SuiteWeights& weights, const fs::path& data) {
  std::error_code failed;
  if (!fs::is_directory(data, failed)) {
    throw Error(ErrorCode::io, "evaluate: there is no such folder")
        .where(data.string())
        .expected("a folder that holds one for each format");
  }
  const auto known = tasks_with_rows();
  for (const auto& [task, loaded] : weights.second) {
    if (std::find(known.begin(), known.end(), task) == known.end()) {
      throw Error(ErrorCode::argument, "evaluate: the paper's tables have no row of this task")
          .found("\"" + task + "\"")
          .hint(text::suggestion(task, known));
    }
    loaded.model->tasks().index(task);
  }
}

/// Where a row's data would lie, and by which name within the suite's folder.
fs::path place_of(const PaperRow& row) {
  const auto& task = published::row(row.task);
  fs::path place(task.evaluation_format);
  if (task.evaluation_format == "verification") place /= std::string(row.split) + ".bin";
  return place;
}

/// The mean of its task's rows, where all of them are there.
void fill_mean(SuiteRow& mean, std::span<const SuiteRow> rows) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto& row : rows) {
    if (row.paper.task != mean.paper.task || row.paper.split.empty()) continue;
    if (!row.figure || !row.figure->value) {
      mean.missing = "needs all sets above";
      return;
    }
    sum += *row.figure->value;
    ++count;
    mean.weights = row.weights;
  }
  mean.figure = Figure{std::string(mean.paper.figure), Unit::share, false, sum / static_cast<double>(count)};
}

/// An error's text with places below the suite's folder counted from there: the rest is a place on somebody's machine.
std::string without_place(std::string text, const fs::path& data) {
  const auto prefix = (data / "").string();
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) text.erase(at, prefix.size());
  return text;
}

}  // namespace

SuiteReport published_suite(const SuiteWeights& weights, const fs::path& data, const SuiteOptions& options) {
  check(weights, data);
  SuiteReport suite;
  for (const auto& paper : published::kPaperRows) {
    auto& row = suite.rows.emplace_back(SuiteRow{paper, {}, {}, false, {}, false});
    const std::string task(paper.task);
    const auto second = weights.second.find(task);
    row.second_stage = second != weights.second.end();
    const auto& loaded = row.second_stage ? second->second : weights.first;
    if (!loaded.model->tasks().contains(task)) {
      row.missing = "not a task of these weights";
      continue;
    }
    if (paper.split.empty()) continue;  // a mean, below
    const auto place = place_of(paper);
    if (std::error_code failed; !fs::exists(data / place, failed)) {
      row.missing = "no data: " + place.generic_string();
      continue;
    }
    try {
      const auto& of_task = published::row(task);
      const auto root = data / std::string(of_task.evaluation_format);
      std::shared_ptr<const datasets::Dataset> set =
          datasets::open_dataset(of_task.evaluation_format, root, {.split = std::string(paper.split)});
      auto each = options.each;
      each.progress = options.progress ? options.progress(task + " " + std::string(paper.split), set->size()) : Progress{};
      auto report = evaluate(loaded, task, set, each);
      row.figure = report.figures.front();
      row.weights = report.weights_hash;
      suite.evaluations.push_back({std::move(report), std::move(set)});
    } catch (const Error& error) {
      if (options.each.ranks > 1) throw;  // the others would wait for this one
      row.missing = without_place(error.what(), data);
      row.failed = true;
    }
  }
  for (auto& row : suite.rows) {
    if (row.paper.split.empty() && row.missing.empty()) fill_mean(row, suite.rows);
  }
  return suite;
}

void to_json(nlohmann::json& json, const SuiteReport& suite) {
  auto rows = nlohmann::json::array();
  const auto number = [](std::optional<double> value) { return value ? nlohmann::json(*value) : nlohmann::json(nullptr); };
  for (const auto& row : suite.rows) {
    const auto& paper = row.paper;
    nlohmann::json interval = nullptr;
    if (row.figure && row.figure->interval) interval = {row.figure->interval->low, row.figure->interval->high};
    rows.push_back({{"set", paper.set},
                    {"task", paper.task},
                    {"split", paper.split},
                    {"figure", paper.figure},
                    {"unit", paper.unit == "%" ? "share" : paper.unit},
                    {"published",
                     {{"naive", number(value(paper, paper.naive))},
                      {"base", number(value(paper, paper.base))},
                      {"full", number(value(paper, paper.full))},
                      {"full_is_second_stage", after_second_stage(paper)}}},
                    {"value", row.figure ? number(row.figure->value) : nlohmann::json(nullptr)},
                    {"interval", std::move(interval)},
                    {"missing", row.missing.empty() ? nlohmann::json(nullptr) : nlohmann::json(row.missing)},
                    {"weights", row.weights.empty() ? nlohmann::json(nullptr) : nlohmann::json(row.weights)},
                    {"second_stage", row.second_stage}});
  }
  auto evaluations = nlohmann::json::array();
  for (const auto& evaluation : suite.evaluations) evaluations.push_back(evaluation.report);
  json = {{"schema", 1},
          {"suite", "published"},
          {"source", published::kPaper},
          {"rows", std::move(rows)},
          {"evaluations", std::move(evaluations)}};
}

std::vector<std::array<std::string, 6>> cells(const SuiteReport& suite) {
  std::vector<std::array<std::string, 6>> rows = {{"set", "figure", "Naive", "Base", "Full", "here"}};
  const auto or_dash = [](std::string_view printed) { return std::string(printed.empty() ? "-" : printed); };
  for (const auto& row : suite.rows) {
    const auto& paper = row.paper;
    auto here = row.figure ? printed_with_interval(*row.figure) : row.missing;
    if (row.figure && row.second_stage) here += " (second stage)";
    rows.push_back({std::string(paper.set), fmt::format("{}, {}", paper.figure, paper.unit), or_dash(paper.naive), or_dash(paper.base),
                    or_dash(paper.full) + (after_second_stage(paper) ? "*" : ""), std::move(here)});
  }
  return rows;
}

std::vector<std::string> notes(const SuiteReport& suite) {
  std::vector<std::string> notes = {
      fmt::format("Naive, Base, Full: {}; the mean of the five is computed from their rows. -: not published, or not known here.",
                  published::kPaper),
      "*: after a second stage for that task. Figures here are of the weights given for such a stage of their task, else of --weights."};
  bool untrained = false;
  for (const auto& [report, set] : suite.evaluations) {
    const auto name = report.task + " " + report.split;
    untrained = untrained || report.untrained;
    if (report.skipped > 0) notes.push_back(fmt::format("{}: {} of {} samples left out.", name, report.skipped, report.samples));
    if (report.crop != to_string(CropSource::published)) {
      notes.push_back(fmt::format("{}: not the published crop, but \"{}\" at {}.", name, report.crop, report.view));
    }
  }
  if (untrained) notes.emplace_back("These weights were never trained: the numbers mean nothing.");
  return notes;
}

std::string table(const SuiteReport& suite) {
  std::string text;
  for (const auto& row : cells(suite)) {
    text += fmt::format("{:<17} {:<23} {:>6} {:>6} {:>6}  {}\n", row[0], row[1], row[2], row[3], row[4], row[5]);
  }
  text += '\n';
  for (const auto& note : notes(suite)) text += note + '\n';
  return text;
}

}  // namespace faceptor::evaluate
