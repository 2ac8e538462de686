#pragma once

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/files/whole_file.hpp>

namespace faceptor {
namespace detail {

/// An error about one place of a boxes file.
FACEPTOR_INLINE Error boxes_error(std::string_view summary, std::string_view place) {
  return Error(ErrorCode::format, fmt::format("detect: {}", summary)).where(std::string(place));
}

FACEPTOR_INLINE float json_coordinate(const nlohmann::json& value, const std::string& place) {
  if (!value.is_number()) throw boxes_error("a coordinate is no number", place).found(value.type_name());
  const auto number = value.get<double>();
  if (!(std::abs(number) <= 1e7)) throw boxes_error("a coordinate is out of range", place).expected("-1e7 to 1e7 pixels");
  return static_cast<float>(number);
}

FACEPTOR_INLINE const nlohmann::json& json_list(const nlohmann::json& value, std::size_t size, std::string_view expected,
                                                const std::string& place) {
  if (value.is_array() && value.size() == size) return value;
  throw boxes_error("a list has the wrong form", place)
      .expected(std::string(expected))
      .found(value.is_array() ? fmt::format("{} values", value.size()) : value.type_name());
}

FACEPTOR_INLINE void check_box(const Box& box, const std::string& place) {
  if (box.valid()) return;
  throw boxes_error("a box has no area", place)
      .expected("x0 < x1 and y0 < y1")
      .found(fmt::format("[{}, {}, {}, {}]", box.x0, box.y0, box.x1, box.y1))
      .hint("boxes are two corners, not a corner and a size");
}

FACEPTOR_INLINE Box json_box(const nlohmann::json& value, const std::string& place) {
  json_list(value, 4, "[x0, y0, x1, y1]", place);
  std::array<float, 4> c{};
  for (std::size_t i = 0; i < 4; ++i) c[i] = json_coordinate(value[i], fmt::format("{}[{}]", place, i));
  const Box box{c[0], c[1], c[2], c[3]};
  check_box(box, place);
  return box;
}

FACEPTOR_INLINE FivePoints json_points(const nlohmann::json& value, const std::string& place) {
  json_list(value, 5, "five points [x, y]", place);
  FivePoints points;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto here = fmt::format("{}[{}]", place, i);
    json_list(value[i], 2, "[x, y]", here);
    points[i] = {json_coordinate(value[i][0], here + "[0]"), json_coordinate(value[i][1], here + "[1]")};
  }
  return points;
}

FACEPTOR_INLINE void add_json_photo(const nlohmann::json& entry, const std::string& place, BoxesByPhoto& out) {
  if (!entry.is_object())
    throw boxes_error("an entry is no object", place).expected("{\"photo\": ..., \"boxes\": ...}").found(entry.type_name());
  const auto photo = entry.find("photo"), boxes = entry.find("boxes"), points = entry.find("points");
  if (photo == entry.end() || !photo->is_string() || photo->get_ref<const std::string&>().empty()) {
    throw boxes_error("a photo has no name", place + ", field photo").expected("text");
  }
  if (boxes == entry.end() || !boxes->is_array()) {
    throw boxes_error("a photo has no boxes", place + ", field boxes").expected("a list of [x0, y0, x1, y1], which may be empty");
  }
  const bool pointed = points != entry.end() && !points->is_null();
  if (pointed) json_list(*points, boxes->size(), fmt::format("one entry a box ({})", boxes->size()), place + ", field points");
  auto& faces = out[photo->get<std::string>()];
  for (std::size_t i = 0; i < boxes->size(); ++i) {
    Detection face;
    face.box = json_box((*boxes)[i], fmt::format("{}, field boxes[{}]", place, i));
    if (pointed && !(*points)[i].is_null()) face.points = json_points((*points)[i], fmt::format("{}, field points[{}]", place, i));
    faces.push_back(face);
  }
}

FACEPTOR_INLINE nlohmann::json parse_json_place(std::string_view text, const std::string& place) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) throw boxes_error("this is no sound JSON", place);
  return value;
}

/// Calls `visit(line, number)` for each line that is not blank, without its line end.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    if (line.find_first_not_of(" \t") != std::string_view::npos) visit(line, number);
    begin = end + 1;
  }
}

/// Without blanks around it and, if quoted, without its quotes.
FACEPTOR_INLINE std::string csv_text(std::string_view field) {
  const auto begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  field = field.substr(begin, field.find_last_not_of(" \t") - begin + 1);
  if (field.size() < 2 || !field.starts_with('"') || !field.ends_with('"')) return std::string(field);
  field = field.substr(1, field.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < field.size(); ++i) {
    text += field[i];
    if (field[i] == '"' && i + 1 < field.size() && field[i + 1] == '"') ++i;
  }
  return text;
}

FACEPTOR_INLINE float csv_number(std::string_view field, const std::string& place) {
  const auto text = csv_text(field);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) {
    throw boxes_error("a coordinate is no number", place).found("\"" + text.substr(0, 40) + "\"");
  }
  if (!(std::abs(number) <= 1e7)) throw boxes_error("a coordinate is out of range", place).expected("-1e7 to 1e7 pixels");
  return static_cast<float>(number);
}

/// The last four fields are numbers; what stands before them is the name, which may hold commas.
FACEPTOR_INLINE void add_csv_face(std::string_view line, const std::string& place, BoxesByPhoto& out) {
  static constexpr std::array<const char*, 4> kFields = {"x0", "y0", "x1", "y1"};
  std::array<float, 4> c{};
  auto rest = line;
  for (std::size_t i = 4; i-- > 0;) {
    const auto comma = rest.rfind(',');
    if (comma == std::string_view::npos) {
      throw boxes_error("a line has too few fields", place).expected("photo,x0,y0,x1,y1").found(fmt::format("{} fields", 4 - i));
    }
    c[i] = csv_number(rest.substr(comma + 1), fmt::format("{}, field {}", place, kFields[i]));
    rest = rest.substr(0, comma);
  }
  const auto photo = csv_text(rest);
  if (photo.empty()) throw boxes_error("a photo has no name", place + ", field photo");
  const Box box{c[0], c[1], c[2], c[3]};
  check_box(box, place);
  out[photo].push_back({box, 1.0F, std::nullopt});
}

FACEPTOR_INLINE bool is_csv_title(std::string_view line) {
  std::string plain;
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '"') plain += c;
  }
  return plain == "photo,x0,y0,x1,y1";
}

}  // namespace detail

FACEPTOR_INLINE BoxesByPhoto parse_boxes(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) throw detail::boxes_error("the boxes file is empty", name);
  BoxesByPhoto out;
  if (text[first] == '[') {
    const auto entries = detail::parse_json_place(text, std::string(name));
    for (std::size_t i = 0; i < entries.size(); ++i) detail::add_json_photo(entries[i], fmt::format("{}, entry {}", name, i + 1), out);
    return out;
  }
  if (text[first] == '{') {
    // One object may be spread over several lines.
    if (nlohmann::json::accept(text)) {
      detail::add_json_photo(nlohmann::json::parse(text), fmt::format("{}, line 1", name), out);
      return out;
    }
    detail::for_each_line(text, [&](std::string_view line, std::size_t number) {
      const auto place = fmt::format("{}, line {}", name, number);
      detail::add_json_photo(detail::parse_json_place(line, place), place, out);
    });
    return out;
  }
  bool first_line = true;
  detail::for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (!std::exchange(first_line, false) || !detail::is_csv_title(line)) {
      detail::add_csv_face(line, fmt::format("{}, line {}", name, number), out);
    }
  });
  return out;
}

FACEPTOR_INLINE BoxesByPhoto read_boxes_file(const std::filesystem::path& path) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
  return parse_boxes(files::read_file(path, "detect: the boxes file", kMostBytes), path.string());
}

FACEPTOR_INLINE const std::vector<Detection>* find_boxes(const BoxesByPhoto& boxes, const std::filesystem::path& photo) {
  if (const auto exact = boxes.find(photo.string()); exact != boxes.end()) return &exact->second;
  const auto wanted = photo.filename();
  const std::vector<Detection>* found = nullptr;
  for (const auto& [name, faces] : boxes) {
    if (std::filesystem::path(name).filename() != wanted) continue;
    if (found != nullptr) {
      throw Error(ErrorCode::argument, "detect: several photos of the boxes file have this name")
          .where(photo.string())
          .hint("give the photos by the paths that stand in the boxes file");
    }
    found = &faces;
  }
  return found;
}

}  // namespace faceptor
