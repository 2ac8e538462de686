#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/evaluate/outcomes.hpp>

namespace faceptor::evaluate {

TaskResult ScoredBatch::result(std::size_t place) const {
  const auto& sample = samples[place];
  const ViewTransform transform(sample.prepared.photo_to_crop, sample.picture, sample.prepared.size, sample.prepared.warp);
  return task.read(raw[static_cast<std::int64_t>(place)], {task.spec(), transform, model_hash});
}

namespace detail {

std::optional<double> number_of(const nlohmann::json& json) {
  return json.is_number() ? std::optional<double>(json.get<double>()) : std::nullopt;
}

Confusion confusion_of(const nlohmann::json& details) {
  return {"Rows true, columns taken for (% of the row)", details.at("classes").get<std::vector<std::string>>(),
          details.at("confusion").at("counts").get<std::vector<std::int64_t>>()};
}

Bars bars_of(std::string title, const nlohmann::json& entries, const char* key) {
  Bars bars{std::move(title), {}};
  for (const auto& entry : entries) bars.values.emplace_back(entry.at("name").get<std::string>(), number_of(entry.at(key)));
  return bars;
}

void check_class(std::int64_t index, std::int64_t classes, const loading::EvaluationSample& sample) {
  if (index >= 0 && index < classes) return;
  throw Error(ErrorCode::format, "evaluate: a label is no class of the task")
      .where(sample.annotation.name)
      .expected(fmt::format("0 to {}", classes - 1))
      .found(std::to_string(index));
}

std::vector<std::string> output_names(const TaskSpec& spec, const datasets::DatasetInfo& set) {
  if (!spec.labels.empty()) return spec.labels;
  if (static_cast<std::int64_t>(set.label_names.size()) == spec.outputs) return set.label_names;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < spec.outputs; ++i) names.push_back(std::to_string(i));
  return names;
}

}  // namespace detail

namespace {

/// A column and, for bands, their edges.
struct Grouping {
  std::string column;
  std::vector<double> edges;
};

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Grouping parse_grouping(const std::string& text) {
  if (text == "age_band") return parse_grouping("age:10,20,30,40,50,60,70");
  const auto colon = text.find(':');
  Grouping grouping{text.substr(0, colon), {}};
  if (colon == std::string::npos) return grouping;
  for (const auto& part : text::split(text.substr(colon + 1), ',')) {
    const auto edge = number_in(part);
    if (!edge || (!grouping.edges.empty() && *edge <= grouping.edges.back())) {
      throw Error(ErrorCode::argument, "evaluate: the edges of bands are ascending numbers")
          .where("group " + text)
          .expected("such as age:20,40,60")
          .found(part);
    }
    grouping.edges.push_back(*edge);
  }
  return grouping;
}

/// What a sample says in a column; nothing where it doesn't.
std::optional<std::string> value_in(const datasets::Annotation& annotation, const std::string& column) {
  if (const auto found = annotation.columns.find(column); found != annotation.columns.end() && !found->second.empty()) return found->second;
  if (column == "age") {
    if (const auto* age = std::get_if<datasets::AgeLabel>(&annotation.label)) return fmt::format("{}", age->years);
  }
  return std::nullopt;
}

/// The band that a number lies in, from 0, and its name.
std::pair<std::size_t, std::string> band_of(double value, const std::vector<double>& edges) {
  const auto band = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin());
  if (band == 0) return {band, fmt::format("below {}", edges.front())};
  if (band == edges.size()) return {band, fmt::format("{} and above", edges.back())};
  return {band, fmt::format("{} to {}", edges[band - 1], edges[band])};
}

inline constexpr const char* kNotStated = "not stated";

}  // namespace

std::vector<Group> group_places(const Outcomes& outcomes, const datasets::Dataset& set, std::span<const std::string> columns) {
  std::vector<Group> groups;
  for (const auto& text : columns) {
    const auto grouping = parse_grouping(text);
    std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> places;  // by band (0 without bands) and name
    const std::pair<std::size_t, std::string> unknown{grouping.edges.size() + 1, kNotStated};
    for (std::size_t place = 0; place < outcomes.size(); ++place) {
      const auto value = value_in(set.annotation(outcomes.sample(place)), grouping.column);
      auto key = unknown;
      if (value && grouping.edges.empty()) key = {0, *value};
      if (value && !grouping.edges.empty()) {
        if (const auto number = number_in(*value)) key = band_of(*number, grouping.edges);
      }
      places[key].push_back(place);
    }
    if (places.size() == 1 && places.begin()->first == unknown) {
      std::vector<std::string> known;
      for (const auto& [name, value] : set.annotation(outcomes.sample(0)).columns) known.push_back(name);
      throw Error(ErrorCode::argument, "evaluate: no sample says anything in this column")
          .where("group " + text)
          .hint(known.empty() ? "the set has no columns" : text::suggestion(grouping.column, known));
    }
    for (auto& [key, of_group] : places) groups.push_back({grouping.column, key.second, std::move(of_group)});
  }
  return groups;
}

}  // namespace faceptor::evaluate
