#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/evaluate/report.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/weights/run_files.hpp>

namespace faceptor::evaluate {

void to_json(nlohmann::json& json, const Report& report) {
  json = {{"schema", 1}, {"task", report.task}, {"interpretation", report.readout}, {"protocol", report.protocol}};
  json["set"] = {{"format", report.format}, {"split", report.split}, {"notes", report.notes}};
  json["view"] = report.view;
  json["crop"] = report.crop;
  json["detector"] = report.detector.empty() ? nlohmann::json(nullptr) : nlohmann::json(report.detector);
  json["weights"] = {
      {"hash", report.weights_hash}, {"licence", report.licence}, {"source", report.source}, {"untrained", report.untrained}};
  json["counts"] = {{"samples", report.samples}, {"scored", report.scored}, {"skipped", report.skipped}};
  auto skipped = nlohmann::json::array();
  for (const auto& sample : report.first_skipped) skipped.push_back({{"index", sample.index}, {"error", sample.error}});
  json["skipped"] = std::move(skipped);
  json["bootstrap"] = {{"resamples", report.bootstrap.resamples}, {"level", report.bootstrap.level}, {"seed", report.bootstrap.seed}};
  json["figures"] = report.figures;
  json["baselines"] = report.baselines;
  auto groups = nlohmann::json::array();
  for (const auto& group : report.groups) {
    groups.push_back({{"by", group.by}, {"value", group.value}, {"count", group.count}, {"figures", group.figures}});
  }
  json["groups"] = std::move(groups);
  json["layer_attention"] = nullptr;
  if (const auto& attention = report.layer_attention) {
    json["layer_attention"] = {{"levels", attention->levels}, {"shares", attention->mean()}, {"by_decoder_layer", attention->by_layer}};
  }
  json["details"] = report.details;
  auto worst = nlohmann::json::array();
  for (const auto& sample : report.worst) worst.push_back({{"index", sample.index}, {"name", sample.name}, {"error", sample.error}});
  json["worst"] = std::move(worst);
}

std::string table(const Report& report) {
  std::string text =
      fmt::format("{}: {} {}, {} of {} samples", report.task, report.format, report.split, report.samples - report.skipped, report.samples);
  if (report.skipped > 0) text += fmt::format(" ({} left out)", report.skipped);
  text += '\n';
  if (report.untrained) text += "  these weights were never trained: the numbers mean nothing\n";
  std::size_t width = 0;
  for (const auto* figures : {&report.figures, &report.baselines}) {
    for (const auto& figure : *figures) width = std::max(width, figure.name.size());
  }
  for (const auto& figure : report.figures) text += fmt::format("  {:<{}}  {}\n", figure.name, width, printed_with_interval(figure));
  for (const auto& figure : report.baselines) text += fmt::format("  {:<{}}  {}\n", figure.name, width, printed(figure));
  for (const auto& group : report.groups) {
    const auto name = fmt::format("{} {} ({})", group.by, group.value, group.count);
    text += fmt::format("  {:<{}}  {}\n", name, width, group.figures.empty() ? "" : printed_with_interval(group.figures.front()));
  }
  return text;
}

std::string table(const Shares& shares) {
  std::size_t width = shares.title.size();
  for (const auto& row : shares.rows) width = std::max(width, row.size());
  auto text = fmt::format("{:<{}}", shares.title, width);
  for (const auto& column : shares.columns) text += fmt::format("  {:>7}", column);
  text += '\n';
  for (std::size_t row = 0; row < shares.rows.size(); ++row) {
    text += fmt::format("{:<{}}", shares.rows[row], width);
    for (std::size_t i = 0; i < shares.columns.size(); ++i) {
      const auto share = shares.values[row * shares.columns.size() + i];
      text += share ? fmt::format("  {:>5.1f} %", 100 * *share) : fmt::format("  {:>7}", "-");
    }
    text += '\n';
  }
  return text;
}

std::vector<double> LevelShares::mean() const {
  std::vector<double> mean(levels.size());
  for (const auto& layer : by_layer) {
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += layer[i] / static_cast<double>(by_layer.size());
  }
  return mean;
}

std::optional<Shares> layer_attention_of(std::span<const Report* const> reports) {
  std::set<std::int64_t> levels;  // of files of both stages
  for (const auto* report : reports) {
    if (report->layer_attention) levels.insert(report->layer_attention->levels.begin(), report->layer_attention->levels.end());
  }
  if (levels.empty()) return std::nullopt;
  Shares plot{"Attention by level", {}, {}, {}};
  for (const auto level : levels) plot.columns.push_back(std::to_string(level));
  for (const auto* report : reports) {
    if (!report->layer_attention) continue;
    const auto& own = report->layer_attention->levels;
    const auto mean = report->layer_attention->mean();
    plot.rows.push_back(report->task + " " + report->split);
    for (const auto level : levels) {
      const auto found = std::find(own.begin(), own.end(), level);
      plot.values.push_back(found == own.end() ? std::nullopt : std::optional(mean[static_cast<std::size_t>(found - own.begin())]));
    }
  }
  return plot;
}

void save_thresholds(const std::filesystem::path& weights_file, const Report& report) {
  if (!report.details.contains("thresholds")) {
    throw Error(ErrorCode::mismatch, "evaluate: only identity has thresholds of verification").found("a report of " + report.task);
  }
  if (!nn::is_safetensors(weights_file)) {
    throw Error(ErrorCode::unsupported, "evaluate: only weights files of this library carry thresholds")
        .where(weights_file.string())
        .hint("convert it first: faceptor convert IN OUT.safetensors");
  }
  const auto file = files::SafetensorsFile::open(weights_file);
  auto metadata = file.metadata();
  if (metadata.contains(weights::kCheckpointFormat)) {
    throw Error(ErrorCode::unsupported, "evaluate: a checkpoint of a run carries no thresholds")
        .where(weights_file.string())
        .hint("make a weights file of it: faceptor convert IN OUT.safetensors");
  }
  if (metadata["hash"] != report.weights_hash) {
    throw Error(ErrorCode::mismatch, "evaluate: the report is of other weights")
        .where(weights_file.string())
        .expected(metadata["hash"])
        .found(report.weights_hash);
  }
  metadata[kThresholdsKey] =
      nlohmann::json({{"task", report.task}, {"set", report.format + " " + report.split}, {"thresholds", report.details.at("thresholds")}})
          .dump();
  files::write_safetensors(weights_file, file.tensors(), metadata);
}

}  // namespace faceptor::evaluate
