#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/evaluate/evaluate.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/published/paper_results.hpp>
#include <faceptor/weights/model_file.hpp>

/// The paper's tables in one go: every row that the data at hand allow, beside the published numbers.
///
///     auto suite = evaluate::published_suite({weights::load_model("faceptor-full.safetensors")}, "data");
///     fmt::print("{}", evaluate::table(suite));
namespace faceptor::evaluate {

/// The weights that a suite is of.
struct SuiteWeights {
  weights::LoadedModel first;
  /// After second stages, by the task each was for: its rows are of these, all others of `first`.
  std::map<std::string, weights::LoadedModel> second = {};
};

/// A row of the paper's tables, and what came out here.
struct SuiteRow {
  published::PaperRow paper;
  std::optional<Figure> figure;  ///< with its interval; none where `missing` says why
  std::string missing;           ///< "no data: verification/lfw.bin", "not a task of these weights", an error's text
  bool failed = false;           ///< the data are there, but couldn't be evaluated
  std::string weights;           ///< the hash of those it is of; empty where `figure` is
  bool second_stage = false;     ///< of `SuiteWeights::second`
};

/// One evaluation of a suite, whole.
struct SuiteEvaluation {
  Report report;
  std::shared_ptr<const datasets::Dataset> set;
};

struct SuiteReport {
  std::vector<SuiteRow> rows;                ///< as `published::kPaperRows`
  std::vector<SuiteEvaluation> evaluations;  ///< what the rows' figures are from, in their order
};

/// How a suite is run.
struct SuiteOptions {
  EvaluateOptions each = {};  ///< of every evaluation; its `progress` isn't used
  /// Makes the progress of one evaluation, of so many samples.
  std::function<Progress(const std::string& name, std::size_t samples)> progress = {};
};

/// Evaluates each row of the paper's tables on its published part of its set.
///
/// A set that isn't there leaves its rows without a figure. One that can't be evaluated as well, with the error's text; among many
/// processes that is an error.
/// @param data  holds a folder a format, as `synthesize` writes them and the presets expect them
/// @throws Error(argument)  for second stages of a task that has no row, or that their weights don't have
/// @throws Error(io)        when there is no such folder
SuiteReport published_suite(const SuiteWeights& weights, const std::filesystem::path& data, const SuiteOptions& options = {});

/// {"schema": 1, "suite": "published", "source": the paper, "rows": [{"set", "task", "split", "figure", "unit", "published": {"naive",
///  "base", "full", "full_is_second_stage"}, "value", "interval", "missing", "weights", "second_stage"}], "evaluations": [Report...]}.
/// Shares from 0 to 1; null where there is no number.
void to_json(nlohmann::json& json, const SuiteReport& suite);

/// The rows as people read them, the heading first: set, figure and unit, the three published numbers, what came out here.
std::vector<std::array<std::string, 6>> cells(const SuiteReport& suite);
/// What has to be known to read them, in sentences.
std::vector<std::string> notes(const SuiteReport& suite);
/// Both for a terminal.
std::string table(const SuiteReport& suite);

}  // namespace faceptor::evaluate
