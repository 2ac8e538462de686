#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/manifest_columns.hpp>
#include <faceptor/results/landmarks.hpp>

namespace faceptor::datasets::detail {

inline constexpr std::array<const char*, 10> kPointColumns = {"left_eye_x",    "left_eye_y",   "right_eye_x",  "right_eye_y",
                                                              "nose_x",        "nose_y",       "mouth_left_x", "mouth_left_y",
                                                              "mouth_right_x", "mouth_right_y"};
inline constexpr std::array<const char*, 4> kBoxColumns = {"x0", "y0", "x1", "y1"};

std::vector<std::string> manifest_settings() {
  return {"image", "label", "kind", "classes", "coding", "scheme", "box", "points", "split", "separator", "exif", "missing", "unlabelled", "like"};
}

Error manifest_error(const std::string& summary) { return Error(ErrorCode::argument, "data: " + summary).where("manifest"); }

/// Columns that are named by a setting and have to be there, or are usual and may be absent.
std::vector<std::string> columns_of(const DatasetOptions& options, const NamedRows& rows, const std::string& setting_name,
                                    std::span<const char* const> usual) {
  auto names = setting_list(options, setting_name);
  if (names.empty()) {
    names.assign(usual.begin(), usual.end());
    const bool all = std::all_of(names.begin(), names.end(), [&](const auto& name) { return rows.has_column(name); });
    return all ? names : std::vector<std::string>();
  }
  if (names.size() != usual.size()) {
    throw manifest_error(fmt::format("the setting \"{}\" has the wrong number of columns", setting_name))
        .expected(fmt::format("{}, as in {}", usual.size(), fmt::join(usual, ",")))
        .found(std::to_string(names.size()));
  }
  for (const auto& name : names) {
    if (!rows.has_column(name)) rows.required(name);  // which says what there is instead
  }
  return names;
}

/// "d0..d127": as many names. Anything else is a name itself.
std::vector<std::string> with_ranges(const std::vector<std::string>& names) {
  constexpr long kMost = 65536;
  std::vector<std::string> all;
  for (const auto& name : names) {
    const auto dots = name.find("..");
    const auto first = name.substr(0, dots), last = dots == std::string::npos ? std::string() : name.substr(dots + 2);
    const auto digits = first.find_last_not_of("0123456789") + 1;
    const auto stem = first.substr(0, digits);
    const auto number = [](const std::string& text) {
      return text.empty() || text.size() > 5 ? -1 : std::strtol(text.c_str(), nullptr, 10);
    };
    const bool numbered = last.starts_with(stem) && last.find_first_not_of("0123456789", digits) == std::string::npos;
    const long from = number(first.substr(digits)), to = numbered ? number(last.substr(digits)) : -1;
    if (dots == std::string::npos || from < 0 || to < from || to - from >= kMost) {
      all.push_back(name);
      continue;
    }
    for (long i = from; i <= to; ++i) all.push_back(stem + std::to_string(i));
  }
  return all;
}

LabelKind manifest_kind(const DatasetOptions& options, std::size_t columns) {
  static constexpr std::array kKinds = {LabelKind::none,      LabelKind::class_index, LabelKind::age,      LabelKind::attributes,
                                        LabelKind::landmarks, LabelKind::values,      LabelKind::soft_maps};
  std::vector<std::string> names;
  for (const auto kind : kKinds) names.emplace_back(kind.name());
  const auto given = setting(options, "kind");
  if (given.empty()) {
    if (columns > 1)
      throw manifest_error("a label of several columns needs its kind said")
          .expected("the setting \"kind\": attributes, values or soft_maps");
    return columns == 1 ? LabelKind::class_index : LabelKind::none;
  }
  const auto kind = kKinds[static_cast<std::size_t>(
      std::find(names.begin(), names.end(), chosen_setting(options, "manifest", "kind", names)) - names.begin())];
  const bool one = kind == LabelKind::class_index || kind == LabelKind::age || kind == LabelKind::landmarks;
  if (kind == LabelKind::none ? columns > 0 && options.settings.contains("label") : columns == 0 || (one && columns > 1)) {
    throw manifest_error(fmt::format("a label of the kind \"{}\" has the wrong number of columns", given))
        .expected(kind == LabelKind::none ? "none"
                  : one                   ? "1"
                                          : "1 or more")
        .found(std::to_string(columns))
        .hint("the setting \"label\" names them");
  }
  return kind;
}

ManifestColumns manifest_columns(const DatasetOptions& options, const NamedRows& rows) {
  ManifestColumns columns;
  columns.image = setting(options, "image", "image");
  columns.label = with_ranges(setting_list(options, "label"));
  if (columns.label.empty() && rows.has_column("label")) columns.label = {"label"};
  columns.kind = manifest_kind(options, columns.label.size());
  if (columns.kind == LabelKind::none) columns.label.clear();
  columns.classes = setting_list(options, "classes");
  columns.scheme = setting(options, "scheme");
  columns.box = columns_of(options, rows, "box", kBoxColumns);
  columns.points = columns_of(options, rows, "points", kPointColumns);
  columns.split = setting(options, "split", rows.has_column("split") ? "split" : "");
  columns.zero_is_unknown = chosen_setting(options, "manifest", "coding", std::array<std::string, 2>{"0/1", "-1/1"}) == "-1/1";
  columns.missing = setting_list(options, "missing");
  columns.drops_unlabelled = chosen_setting(options, "manifest", "unlabelled", std::array<std::string, 2>{"refuse", "drop"}) == "drop";
  if (rows.has_header() && columns.kind != LabelKind::landmarks) {
    for (const auto& name : columns.label) {
      if (!rows.has_column(name)) rows.required(name);  // which says what there is instead
    }
  }
  for (const auto& [name, kind] :
       {std::pair{"classes", LabelKind::class_index}, {"coding", LabelKind::attributes}, {"scheme", LabelKind::landmarks}}) {
    if (options.settings.contains(name) && columns.kind != kind) {
      throw manifest_error(fmt::format("the setting \"{}\" is for another kind of label", name))
          .expected(std::string(kind.name()))
          .found(std::string(columns.kind.name()));
    }
  }
  return columns;
}

bool is_missing(const ManifestColumns& columns, const NamedRows& rows, const std::string& name) {
  const auto written = rows.text(name);
  return written.empty() || std::find(columns.missing.begin(), columns.missing.end(), written) != columns.missing.end();
}

bool is_unlabelled(const ManifestColumns& columns, const NamedRows& rows) {
  const auto missing = [&](const std::string& name) { return is_missing(columns, rows, name); };
  const auto& names = columns.label;
  if (columns.kind == LabelKind::none) return false;
  if (columns.kind == LabelKind::attributes) return std::all_of(names.begin(), names.end(), missing);
  if (columns.kind == LabelKind::landmarks) return missing(names.front()) && missing(names.front() + "0_x");
  return std::any_of(names.begin(), names.end(), missing);
}

/// -1 unknown, 0 no, 1 yes.
std::int8_t manifest_attribute(const ManifestColumns& columns, const NamedRows& rows, const std::string& name) {
  const auto& value = rows.field(name);
  const auto written = rows.text(name);
  if (is_missing(columns, rows, name)) return -1;
  if (written == "yes" || written == "true") return 1;
  if (written == "no" || written == "false") return 0;
  const auto number = number_of(value, rows.place(), name, -1, 1);
  if (number != std::floor(number)) throw rows.place().error("an attribute is neither yes nor no", name).found(quoted_start(written));
  if (columns.zero_is_unknown) return static_cast<std::int8_t>(number > 0 ? 1 : number < 0 ? 0 : -1);
  return static_cast<std::int8_t>(number);
}

Point json_point(const nlohmann::json& value, const LinePlace& place, const std::string& field) {
  if (!value.is_array() || value.size() != 2) throw place.error("a point has the wrong form", field).expected("[x, y]");
  return {static_cast<float>(number_of(value[0], place, field + "[0]")), static_cast<float>(number_of(value[1], place, field + "[1]"))};
}

Points json_point_list(const nlohmann::json& value, const LinePlace& place, const std::string& field) {
  if (!value.is_array()) throw place.error("a field is no list of points", field).expected("[[x, y], ...]").found(value.type_name());
  Points points;
  points.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) points.push_back(json_point(value[i], place, fmt::format("{}[{}]", field, i)));
  return points;
}

LandmarkLabels manifest_landmarks(const ManifestColumns& columns, const NamedRows& rows) {
  const auto& name = columns.label.front();
  LandmarkLabels label;
  const auto column = [&](char axis) { return fmt::format("{}{}_{}", name, label.points.size(), axis); };
  if (rows.has_column(name)) {
    rows.required(name);
    label.points = json_point_list(rows.field(name), rows.place(), name);
  } else {
    while (rows.has_column(column('x'))) {
      label.points.push_back({static_cast<float>(rows.number(column('x'))), static_cast<float>(rows.number(column('y')))});
    }
    if (label.points.empty()) rows.required(column('x'));
  }
  const auto* scheme = results::find_landmark_scheme(columns.scheme);
  if (label.points.empty() || (scheme != nullptr && label.points.size() != scheme->size)) {
    throw rows.place()
        .error("the number of points is wrong", name)
        .expected(scheme == nullptr ? "one or more" : fmt::format("{}, as the scheme {} has", scheme->size, scheme->name))
        .found(std::to_string(label.points.size()));
  }
  return label;
}

ManifestLabel manifest_label(const ManifestColumns& columns, const NamedRows& rows) {
  if (columns.kind == LabelKind::class_index) return {ClassLabel{}, rows.required(columns.label.front())};
  if (columns.kind == LabelKind::age) {
    const auto years = rows.number(columns.label.front(), 0, static_cast<double>(kOldestAge));
    return {AgeLabel{static_cast<float>(years)}, {}};
  }
  if (columns.kind == LabelKind::landmarks) return {manifest_landmarks(columns, rows), {}};
  if (columns.kind == LabelKind::attributes) {
    AttributeLabels label;
    for (const auto& name : columns.label) label.values.push_back(manifest_attribute(columns, rows, name));
    return {std::move(label), {}};
  }
  if (columns.kind == LabelKind::values) {
    ValueLabels label;
    for (const auto& name : columns.label) label.values.push_back(static_cast<float>(rows.number(name, -1e30, 1e30)));
    return {std::move(label), {}};
  }
  if (columns.kind == LabelKind::soft_maps) return {SoftMapLabels{}, {}};
  return {};
}

/// The numbers of columns of which a row has all or none.
std::vector<float> manifest_numbers(const std::vector<std::string>& names, const NamedRows& rows) {
  std::vector<float> numbers;
  if (std::all_of(names.begin(), names.end(), [&](const auto& name) { return rows.field(name).is_null(); })) return numbers;
  for (const auto& name : names) numbers.push_back(static_cast<float>(rows.number(name)));
  return numbers;
}

std::optional<Box> manifest_box(const ManifestColumns& columns, const NamedRows& rows) {
  auto edges = manifest_numbers(columns.box, rows);
  if (const auto& list = rows.field("box"); edges.empty() && !list.is_null() && !list.is_string()) {
    if (!list.is_array() || list.size() != 4) throw rows.place().error("a box has the wrong form", "box").expected("[x0, y0, x1, y1]");
    for (std::size_t i = 0; i < 4; ++i) edges.push_back(static_cast<float>(number_of(list[i], rows.place(), fmt::format("box[{}]", i))));
  }
  if (edges.empty()) return std::nullopt;
  const Box box{edges[0], edges[1], edges[2], edges[3]};
  if (box.valid()) return box;
  throw rows.place()
      .error("a box has no area", columns.box.empty() ? "box" : columns.box.front())
      .expected("x0 < x1 and y0 < y1")
      .found(fmt::format("[{}, {}, {}, {}]", box.x0, box.y0, box.x1, box.y1))
      .hint("boxes are two corners, not a corner and a size");
}

std::optional<FivePoints> manifest_points(const ManifestColumns& columns, const NamedRows& rows) {
  FivePoints five;
  if (const auto numbers = manifest_numbers(columns.points, rows); !numbers.empty()) {
    for (std::size_t i = 0; i < five.size(); ++i) five[i] = {numbers[2 * i], numbers[2 * i + 1]};
    return five;
  }
  const auto& list = rows.field("points");
  if (list.is_null() || list.is_string() || (columns.kind == LabelKind::landmarks && columns.label.front() == "points"))
    return std::nullopt;
  const auto points = json_point_list(list, rows.place(), "points");
  if (points.size() != five.size()) {
    throw rows.place().error("the number of points is wrong", "points").expected("5").found(std::to_string(points.size()));
  }
  std::copy(points.begin(), points.end(), five.begin());
  return five;
}

std::map<std::string, std::string> manifest_others(const ManifestColumns& columns, const NamedRows& rows) {
  std::vector<std::string> used{columns.image, columns.split};
  for (const auto* names : {&columns.label, &columns.box, &columns.points}) used.insert(used.end(), names->begin(), names->end());
  const auto is_used = [&](const std::string& name) {
    if (std::find(used.begin(), used.end(), name) != used.end()) return true;
    if ((name == "box" || name == "points") && rows.field(name).is_array()) return true;
    // NAME17_x
    return columns.kind == LabelKind::landmarks && name.starts_with(columns.label.front()) &&
           (name.ends_with("_x") || name.ends_with("_y")) &&
           parse_integer(std::string_view(name).substr(columns.label.front().size(), name.size() - columns.label.front().size() - 2));
  };
  std::map<std::string, std::string> others;
  for (const auto& name : rows.columns()) {
    if (auto text = rows.text(name); !text.empty() && !is_used(name)) others.emplace(name, std::move(text));
  }
  return others;
}

}  // namespace faceptor::datasets::detail
