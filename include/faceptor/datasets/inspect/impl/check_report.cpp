#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/datasets/inspect/check.hpp>

namespace faceptor::datasets {
namespace detail {

inline constexpr std::array kFindingKinds = {FindingKind::unreadable,     FindingKind::wrong_label,    FindingKind::invalid_box,
                                             FindingKind::duplicate_name, FindingKind::points_outside, FindingKind::box_outside,
                                             FindingKind::tiny_face};

std::string label_name(const DatasetInfo& info, std::int64_t index) {
  const auto i = static_cast<std::size_t>(index);
  return index >= 0 && i < info.label_names.size() ? info.label_names[i] : std::to_string(index);
}

nlohmann::ordered_json range_json(const Tally& tally) {
  return {{"min", tally.smallest()}, {"median", tally.median()}, {"max", tally.largest()}};
}

std::string range_text(const Tally& tally) { return fmt::format("{} / {} / {}", tally.smallest(), tally.median(), tally.largest()); }

double share(std::int64_t part, std::int64_t all) { return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all); }

/// How many samples each class has, those that never came included.
std::vector<std::int64_t> samples_by_class(const DatasetReport& report) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(std::max<std::int64_t>(0, report.info.classes)));
  for (const auto& [index, times] : report.classes.counts()) {
    if (index >= 0 && static_cast<std::size_t>(index) < counts.size()) counts[static_cast<std::size_t>(index)] = times;
  }
  return counts;
}

/// Too many to list one by one: persons.
inline constexpr std::int64_t kMostListedClasses = 200;

nlohmann::ordered_json classes_json(const DatasetReport& report) {
  const auto counts = samples_by_class(report);
  nlohmann::ordered_json json;
  if (static_cast<std::int64_t>(counts.size()) <= kMostListedClasses) {
    json = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      json.push_back({{"name", label_name(report.info, static_cast<std::int64_t>(i))}, {"samples", counts[i]}});
    }
    return json;
  }
  Tally sizes;
  for (const auto count : counts) sizes.add(count);
  return {{"count", counts.size()}, {"samples", range_json(sizes)}};
}

/// A bar of at most twenty signs.
std::string bar(std::int64_t value, std::int64_t largest) {
  constexpr double kLongest = 20;
  return std::string(static_cast<std::size_t>(share(value, largest) * kLongest + 0.5), '#');
}

void class_lines(const DatasetReport& report, std::vector<std::string>& lines) {
  const auto counts = samples_by_class(report);
  if (counts.empty() || report.classes.empty()) return;
  if (static_cast<std::int64_t>(counts.size()) > kMostListedClasses) {
    Tally sizes;
    for (const auto count : counts) sizes.add(count);
    lines.push_back(fmt::format("classes       {}, with {} samples (min / median / max)", counts.size(), range_text(sizes)));
    return;
  }
  lines.push_back("classes");
  const auto most = *std::max_element(counts.begin(), counts.end());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    lines.push_back(fmt::format("  {:<22}{:>8}  {:>5.1f} %  {}", label_name(report.info, static_cast<std::int64_t>(i)), counts[i],
                                100 * share(counts[i], report.classes.total()), bar(counts[i], most)));
  }
}

void age_lines(const DatasetReport& report, std::vector<std::string>& lines) {
  if (report.ages.empty()) return;
  lines.push_back(fmt::format("ages          {} years (min / median / max)", range_text(report.ages)));
  Tally decades;
  for (const auto& [years, times] : report.ages.counts()) decades.add(years / 10 * 10, times);
  std::int64_t most = 0;
  for (const auto& [decade, times] : decades.counts()) most = std::max(most, times);
  for (const auto& [decade, times] : decades.counts()) {
    lines.push_back(fmt::format("  {:<22}{:>8}  {:>5.1f} %  {}", fmt::format("{} to {}", decade, decade + 9), times,
                                100 * share(times, report.ages.total()), bar(times, most)));
  }
}

void dense_lines(const DatasetReport& report, std::vector<std::string>& lines) {
  if (!report.attributes.empty()) lines.push_back(fmt::format("attributes    {:>24}{:>9}{:>9}", "yes", "no", "unknown"));
  for (std::size_t i = 0; i < report.attributes.size(); ++i) {
    const auto& [no, yes, unknown] = report.attributes[i];
    lines.push_back(fmt::format("  {:<26}{:>10}{:>9}{:>9}", label_name(report.info, static_cast<std::int64_t>(i)), yes, no, unknown));
  }
  std::int64_t pixels = 0;
  for (const auto count : report.parsing_pixels) pixels += count;
  if (pixels > 0) lines.push_back(fmt::format("classes       {:>24}{:>12}", "of all pixels", "in samples"));
  for (std::size_t i = 0; pixels > 0 && i < report.parsing_pixels.size(); ++i) {
    lines.push_back(fmt::format("  {:<22}{:>12.2f} %{:>12}", label_name(report.info, static_cast<std::int64_t>(i)),
                                100 * share(report.parsing_pixels[i], pixels), report.parsing_samples[i]));
  }
  if (!report.points.empty()) {
    lines.push_back(fmt::format("points        {} a face; {} of {} hidden, {} outside the picture", report.points.largest(),
                                report.points_hidden, report.points_total, report.points_outside));
  }
  if (!report.values.empty()) lines.push_back(fmt::format("{:<14}smallest / mean / largest", report.info.kind.name()));
  for (std::size_t i = 0; i < report.values.size(); ++i) {
    const auto& [smallest, mean, largest] = report.values[i];
    lines.push_back(
        fmt::format("  {:<22}{:g} / {:g} / {:g}", label_name(report.info, static_cast<std::int64_t>(i)), smallest, mean, largest));
  }
}

}  // namespace detail

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::unreadable: return "unreadable";
    case FindingKind::wrong_label: return "wrong_label";
    case FindingKind::invalid_box: return "invalid_box";
    case FindingKind::duplicate_name: return "duplicate_name";
    case FindingKind::points_outside: return "points_outside";
    case FindingKind::box_outside: return "box_outside";
    case FindingKind::tiny_face: return "tiny_face";
  }
  return "unknown";
}

bool is_fault(FindingKind kind) noexcept { return kind < FindingKind::points_outside; }

std::int64_t DatasetReport::count(FindingKind kind) const noexcept {
  return std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.kind == kind; });
}

bool DatasetReport::sound() const noexcept {
  return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) { return is_fault(finding.kind); });
}

nlohmann::ordered_json to_json(const DatasetReport& report) {
  nlohmann::ordered_json json = {
      {"format", report.info.format},
      {"split", report.info.split},
      {"root", report.info.root.string()},
      {"kind", std::string(report.info.kind.name())},
      {"notes", report.info.notes},
      {"samples", report.samples},
      {"examined", report.examined},
      {"readable", report.readable},
      {"picture", {{"width", detail::range_json(report.widths)}, {"height", detail::range_json(report.heights)}}}};
  if (!report.faces.empty()) json["face"] = detail::range_json(report.faces);
  if (!report.classes.empty()) json["classes"] = detail::classes_json(report);
  for (const auto& [years, times] : report.ages.counts()) json["ages"][std::to_string(years)] = times;
  for (std::size_t i = 0; i < report.attributes.size(); ++i) {
    const auto& [no, yes, unknown] = report.attributes[i];
    json["attributes"].push_back(
        {{"name", detail::label_name(report.info, static_cast<std::int64_t>(i))}, {"yes", yes}, {"no", no}, {"unknown", unknown}});
  }
  for (std::size_t i = 0; i < report.parsing_pixels.size(); ++i) {
    json["parsing"].push_back({{"name", detail::label_name(report.info, static_cast<std::int64_t>(i))},
                               {"pixels", report.parsing_pixels[i]},
                               {"samples", report.parsing_samples[i]}});
  }
  if (!report.points.empty()) {
    json["points"] = {{"a_face", report.points.largest()},
                      {"all", report.points_total},
                      {"hidden", report.points_hidden},
                      {"outside", report.points_outside}};
  }
  for (std::size_t i = 0; i < report.values.size(); ++i) {
    const auto& [smallest, mean, largest] = report.values[i];
    json[report.info.kind.name()].push_back(
        {{"name", detail::label_name(report.info, static_cast<std::int64_t>(i))}, {"min", smallest}, {"mean", mean}, {"max", largest}});
  }
  for (const auto kind : detail::kFindingKinds) json["counts"][std::string(to_string(kind))] = report.count(kind);
  json["sound"] = report.sound();
  json["findings"] = nlohmann::ordered_json::array();
  for (const auto& finding : report.findings) {
    json["findings"].push_back(
        {{"kind", std::string(to_string(finding.kind))}, {"index", finding.index}, {"name", finding.name}, {"message", finding.message}});
  }
  return json;
}

std::vector<std::string> to_lines(const DatasetReport& report, std::size_t shown) {
  const auto& info = report.info;
  std::vector<std::string> lines = {fmt::format("format        {}, split {}", info.format, info.split),
                                    fmt::format("root          {}", info.root.string()), fmt::format("labels        {}", info.kind.name())};
  for (const auto& note : info.notes) lines.push_back("note          " + note);
  lines.push_back(fmt::format("samples       {}{}, {} readable", report.samples,
                              report.examined < report.samples ? fmt::format(", {} of them examined", report.examined) : "",
                              report.readable));
  if (!report.widths.empty()) {
    lines.push_back(fmt::format("widths        {} pixels (min / median / max)", detail::range_text(report.widths)));
    lines.push_back(fmt::format("heights       {}", detail::range_text(report.heights)));
  }
  if (!report.faces.empty())
    lines.push_back(fmt::format("faces         {} pixels, the box's shorter side", detail::range_text(report.faces)));
  detail::class_lines(report, lines);
  detail::age_lines(report, lines);
  detail::dense_lines(report, lines);
  for (const auto kind : detail::kFindingKinds) {
    const auto count = report.count(kind);
    if (count == 0) continue;
    lines.push_back(fmt::format("{:<14}{} {}", to_string(kind), count, is_fault(kind) ? "faults" : "remarks"));
    std::size_t told = 0;
    for (const auto& finding : report.findings) {
      if (finding.kind != kind || told++ >= shown) continue;
      lines.push_back(fmt::format("  {} ({}): {}", finding.name.empty() ? "?" : finding.name, finding.index, finding.message));
    }
    if (told > shown) lines.push_back(fmt::format("  and {} more", told - shown));
  }
  lines.push_back(report.sound() ? "no faults" : "faults were found");
  return lines;
}

}  // namespace faceptor::datasets
