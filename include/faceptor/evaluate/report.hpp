#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/evaluate/figure.hpp>
#include <faceptor/results/task_result.hpp>

/// What an evaluation says: numbers, and everything one needs to know to compare them with other people's.
namespace faceptor::evaluate {

/// The samples that have one value in common, such as a sex or an age band.
struct GroupReport {
  std::string by;     ///< the column
  std::string value;  ///< what they have in common
  std::size_t count = 0;
  std::vector<Figure> figures;
};

/// A sample that could not be used.
struct SkippedSample {
  std::size_t index = 0;
  std::string error;
};

/// One of the samples that came out worst.
struct WorstSample {
  std::size_t index = 0;  ///< in the data set
  std::string name;
  double error = 0;                  ///< as the task's outcomes measure it
  std::optional<std::size_t> other;  ///< the other picture of a pair
  std::optional<TaskResult> result;  ///< what was said of it; of pairs none
};

/// Which share of its attention a task gave each level of the backbone, as means over the samples (see `LayerAttention`).
struct LevelShares {
  std::vector<std::int64_t> levels;           ///< ascending
  std::vector<std::vector<double>> by_layer;  ///< of each decoder layer the shares of the levels, which add up to 1

  /// Means over the decoder layers.
  std::vector<double> mean() const;
};

/// One task on one set.
struct Report {
  std::string task;
  std::string readout;                  ///< what the task says: "landmarks", "age", ...
  std::vector<std::string> protocol;    ///< sentences
  std::string format, split, set_root;  ///< of the data set; the root is left out of JSON: it is a place on somebody's machine
  std::vector<std::string> notes;       ///< of the data set
  std::string view;                     ///< the task's
  std::string crop;                     ///< how samples were cut: "published chain", "view", "whole picture"
  std::string detector;                 ///< whose boxes the crops follow; empty for the set's own
  std::string weights_hash, licence, source;
  bool untrained = false;

  std::size_t samples = 0;  ///< of the set
  std::size_t scored = 0;   ///< samples, or pairs
  std::size_t skipped = 0;
  std::vector<SkippedSample> first_skipped;

  BootstrapOptions bootstrap;
  std::vector<Figure> figures;  ///< the published score first
  std::vector<Figure> baselines;
  std::vector<GroupReport> groups;
  std::optional<LevelShares> layer_attention;  ///< where it was asked for, of a task with queries
  nlohmann::json details;
  std::vector<Plot> plots;         ///< drawn on the page; their numbers stand in the details
  std::vector<WorstSample> worst;  ///< the worst first
};

/// {"schema": 1, "task", "protocol": [...], "set": {...}, "weights": {...}, "counts": {...}, "bootstrap": {...}, "figures": [...],
///  "baselines": [...], "groups": [...], "layer_attention": {"levels", "shares", "by_decoder_layer"} or null, "details": {...}, "worst":
///  [...]}
void to_json(nlohmann::json& json, const Report& report);

/// The report as a table for a terminal.
std::string table(const Report& report);

/// The layer attention of all reports that have it, a row a task, as one plot. Nothing where none has.
std::optional<Shares> layer_attention_of(std::span<const Report* const> reports);
/// Shares as a table for a terminal.
std::string table(const Shares& shares);

/// The metadata entry that holds thresholds of identity.
inline constexpr const char* kThresholdsKey = "verification_thresholds";

/// Writes the thresholds that an evaluation of identity found into the metadata of the weights it was made with:
/// `verification_thresholds`: {"task": name, "set": "verification lfw", "thresholds": [{"far", "squared_distance", "cosine", "tar"}, ...]}.
/// Tensors stay as they are, bit for bit; the file is replaced whole.
/// @throws Error(mismatch)     when the report is of other weights, or not of identity
/// @throws Error(unsupported)  for a published checkpoint: convert it first
/// @throws Error(io, format)
void save_thresholds(const std::filesystem::path& weights_file, const Report& report);

}  // namespace faceptor::evaluate
