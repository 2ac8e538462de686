#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/text.hpp>
#include <faceptor/core/unicode.hpp>
#include <faceptor/detect/boxes_file.hpp>
#include <faceptor/files/whole_file.hpp>

namespace faceptor {
namespace detail {

/// An error about one place of a boxes file.
FACEPTOR_INLINE Error boxes_error(std::string_view summary, std::string_view place) {
  return Error(ErrorCode::format, fmt::format("detect: {}", summary)).where(std::string(place));
}

/// A photo's name by which it is compared.
FACEPTOR_INLINE std::string photo_key(std::string name) {
  std::replace(name.begin(), name.end(), '\\', '/');
  return std::filesystem::path(text::composed(name)).lexically_normal().generic_string();
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

/// Where a file's faces go, and what is wrong with them.
struct BoxesOut {
  BoxesByPhoto boxes{};
  BadBoxes* bad = nullptr;

  /// Calls `read(faces)` for a photo's faces. @throws what it throws, if nobody asked for that
  template <class Read>
  void add(const std::string& photo, Read&& read) {
    const auto key = photo_key(photo);
    auto& faces = boxes[key];
    try {
      read(faces);
    } catch (const Error& error) {
      if (bad == nullptr) throw;
      bad->emplace(key, error);
    }
  }
};

FACEPTOR_INLINE void add_json_faces(const nlohmann::json& entry, const std::string& place, std::vector<Detection>& faces) {
  const auto boxes = entry.find("boxes"), points = entry.find("points");
  if (boxes == entry.end() || !boxes->is_array()) {
    auto error = boxes_error("a photo has no boxes", place + ", field boxes").expected("a list of [x0, y0, x1, y1], which may be empty");
    throw entry.contains("faces") ? error.hint("are these results? A boxes file has the corners alone, in \"boxes\"") : error;
  }
  const bool pointed = points != entry.end() && !points->is_null();
  if (pointed) json_list(*points, boxes->size(), fmt::format("one entry a box ({})", boxes->size()), place + ", field points");
  for (std::size_t i = 0; i < boxes->size(); ++i) {
    Detection face;
    face.box = json_box((*boxes)[i], fmt::format("{}, field boxes[{}]", place, i));
    if (pointed && !(*points)[i].is_null()) face.points = json_points((*points)[i], fmt::format("{}, field points[{}]", place, i));
    faces.push_back(face);
  }
}

FACEPTOR_INLINE void add_json_photo(const nlohmann::json& entry, const std::string& place, BoxesOut& out) {
  if (!entry.is_object())
    throw boxes_error("an entry is no object", place).expected("{\"photo\": ..., \"boxes\": ...}").found(entry.type_name());
  const auto photo = entry.find("photo");
  if (photo == entry.end() || !photo->is_string() || photo->get_ref<const std::string&>().empty()) {
    auto error = boxes_error("a photo has no name", place + ", field photo").expected("text");
    throw entry.contains("annotations") ? error.hint("this looks like COCO, whose boxes are a corner and a size") : error;
  }
  out.add(photo->get<std::string>(), [&](auto& faces) { add_json_faces(entry, place, faces); });
}

FACEPTOR_INLINE nlohmann::json parse_json_place(std::string_view text, const std::string& place) {
  auto value = nlohmann::json::parse(text, nullptr, false);
  if (value.is_discarded()) throw boxes_error("this is no sound JSON", place);
  return value;
}

/// Calls `visit(line, number)` for each line that is not blank, without its line end: LF, CR LF, or CR alone.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    auto end = std::min(text.find_first_of("\r\n", begin), text.size());
    const auto line = text.substr(begin, end - begin);
    if (text.substr(end).starts_with("\r\n")) ++end;
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

FACEPTOR_INLINE std::optional<double> csv_number(std::string_view field) {
  const auto text = csv_text(field);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

FACEPTOR_INLINE float csv_coordinate(std::string_view field, const std::string& place) {
  const auto number = csv_number(field);
  if (!number) throw boxes_error("a coordinate is no number", place).found("\"" + csv_text(field).substr(0, 40) + "\"");
  if (!(std::abs(*number) <= 1e7)) throw boxes_error("a coordinate is out of range", place).expected("-1e7 to 1e7 pixels");
  return static_cast<float>(*number);
}

/// The last fields of a line, `count` of them or fewer; what stands before them, which may hold commas, is left in `line`.
FACEPTOR_INLINE std::vector<std::string_view> last_fields(std::string_view& line, std::size_t count) {
  std::vector<std::string_view> fields;
  for (auto comma = line.rfind(','); fields.size() < count && comma != std::string_view::npos; comma = line.rfind(',')) {
    fields.insert(fields.begin(), line.substr(comma + 1));
    line = line.substr(0, comma);
  }
  return fields;
}

/// What a line has between its fields, if not commas, and what to do about it.
FACEPTOR_INLINE std::string separator_hint(std::string_view line) {
  for (const auto& [separator, name] : {std::pair{';', "semicolons"}, {'\t', "tabs"}, {' ', "blanks"}}) {
    if (std::count(line.begin(), line.end(), separator) >= 4) return fmt::format("write commas for the {}, and points in numbers", name);
  }
  return {};
}

/// What stands before the numbers is a photo's name. @throws Error(format) if it rather holds numbers too, or half of its quotes
FACEPTOR_INLINE std::string csv_name(std::string_view field, const std::string& place) {
  const auto photo = csv_text(field);
  if (photo.empty()) throw boxes_error("a photo has no name", place + ", field photo");
  const auto comma = field.rfind(',');
  if (comma != std::string_view::npos && csv_number(field.substr(comma + 1))) {
    throw boxes_error("a line has too many numbers", place)
        .expected("photo,x0,y0,x1,y1 or photo,x0,y0,x1,y1,score")
        .found(text::in_quotes(field) + " before the last ones")
        .hint("write points in numbers, no commas");
  }
  if (photo.starts_with('"') != photo.ends_with('"')) throw boxes_error("a quote is not closed", place + ", field photo");
  return photo;
}

FACEPTOR_INLINE void add_csv_box(const std::vector<std::string_view>& fields, bool scored, const std::string& place,
                                 std::vector<Detection>& faces) {
  static constexpr std::array<const char*, 4> kFields = {"x0", "y0", "x1", "y1"};
  std::array<float, 4> c{};
  for (std::size_t i = 4; i-- > 0;) c[i] = csv_coordinate(fields[i], fmt::format("{}, field {}", place, kFields[i]));
  const Box box{c[0], c[1], c[2], c[3]};
  check_box(box, place);
  const auto score = static_cast<float>(scored ? *csv_number(fields[4]) : 1);
  if (!std::isfinite(score)) throw boxes_error("a score is no number", place);
  faces.push_back({box, score, std::nullopt});
}

/// NAME,x0,y0,x1,y1 or NAME,x0,y0,x1,y1,score: what stands before the numbers is the name, which may hold commas.
FACEPTOR_INLINE void add_csv_face(std::string_view line, const std::string& place, BoxesOut& out) {
  const auto is_number = [](std::string_view field) { return csv_number(field).has_value(); };
  const auto is_empty = [](std::string_view field) { return csv_text(field).empty(); };
  auto name = line;
  auto fields = last_fields(name, 5);
  const bool scored = fields.size() == 5 && (std::all_of(fields.begin(), fields.end(), is_number) ||
                                             (std::all_of(fields.begin(), fields.end() - 1, is_empty) && !is_empty(name)));
  if (!scored) {
    name = line;
    fields = last_fields(name, 4);
  }
  if (fields.size() < 4) {
    const auto few = boxes_error("a line has too few fields", place)
                         .expected("photo,x0,y0,x1,y1 with commas between")
                         .found(fields.empty() ? "1 field" : fmt::format("{} fields", fields.size() + 1))
                         .hint(separator_hint(line));
    // A file that was cut off in its last line is sound before it.
    const auto photo = csv_text(name);
    if (fields.empty() || photo.empty()) throw few;
    return out.add(photo, [&](auto&) { throw few; });
  }
  out.add(csv_name(name, place), [&](auto& faces) {
    const bool no_face = std::all_of(fields.begin(), fields.begin() + 4, is_empty);
    if (!no_face) add_csv_box(fields, scored, place, faces);
  });
}

/// Whether a first line names the columns. @throws Error(format) if they are others than those that are read
FACEPTOR_INLINE bool is_csv_title(std::string_view line, const std::string& place) {
  std::string plain;
  for (const char c : line) {
    if (c != ' ' && c != '\t' && c != '"') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (plain == "photo,x0,y0,x1,y1" || plain == "photo,x0,y0,x1,y1,score") return true;
  const auto columns = text::split(plain, ',');
  const bool named = columns.size() >= 5 && std::none_of(columns.begin(), columns.end(), [](const std::string& column) {
                       return column.empty() || csv_number(column).has_value() || column.find('.') != std::string::npos;
                     });
  if (!named) return false;
  const bool sizes = std::any_of(columns.begin(), columns.end(), [](const auto& c) { return c == "w" || c == "width"; });
  auto error = boxes_error("the first line names other columns than those that are read", place)
                   .expected("photo,x0,y0,x1,y1 or photo,x0,y0,x1,y1,score")
                   .found(text::in_quotes(line));
  throw sizes ? error.hint("boxes are two corners, not a corner and a size") : error;
}

}  // namespace detail

FACEPTOR_INLINE BoxesByPhoto parse_boxes(std::string_view text, std::string_view name, BadBoxes* bad) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) throw detail::boxes_error("the boxes file is empty", name);
  if (text.substr(0, 1024).find('\0') != std::string_view::npos) {
    throw detail::boxes_error("the boxes file holds zeros, so it is no text of single bytes", name)
        .expected("UTF-8")
        .hint("save it as UTF-8");
  }
  if (text[first] == '<') throw detail::boxes_error("this is no boxes file", name).expected("JSON or CSV").found("HTML or XML");
  detail::BoxesOut out{.bad = bad};
  if (text[first] == '[') {
    const auto entries = detail::parse_json_place(text, std::string(name));
    for (std::size_t i = 0; i < entries.size(); ++i) detail::add_json_photo(entries[i], fmt::format("{}, entry {}", name, i + 1), out);
    return std::move(out.boxes);
  }
  if (text[first] == '{') {
    // One object may be spread over several lines.
    if (nlohmann::json::accept(text)) {
      detail::add_json_photo(nlohmann::json::parse(text), fmt::format("{}, line 1", name), out);
      return std::move(out.boxes);
    }
    detail::for_each_line(text, [&](std::string_view line, std::size_t number) {
      const auto place = fmt::format("{}, line {}", name, number);
      detail::add_json_photo(detail::parse_json_place(line, place), place, out);
    });
    return std::move(out.boxes);
  }
  bool first_line = true;
  detail::for_each_line(text, [&](std::string_view line, std::size_t number) {
    const auto place = fmt::format("{}, line {}", name, number);
    if (!std::exchange(first_line, false) || !detail::is_csv_title(line, place)) detail::add_csv_face(line, place, out);
  });
  return std::move(out.boxes);
}

FACEPTOR_INLINE BoxesByPhoto read_boxes_file(const std::filesystem::path& path, BadBoxes* bad) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
  return parse_boxes(files::read_file(path, "detect: the boxes file", kMostBytes), path.string(), bad);
}

namespace detail {

/// A path's names from the last to the first, a zero behind each: paths that end alike begin alike.
FACEPTOR_INLINE std::string from_the_end(const std::filesystem::path& path) {
  std::string names;
  for (auto name = path.end(); name != path.begin();) names += (--name)->native() + '\0';
  return names;
}

/// How many characters two of these have in common, up to the end of a name.
FACEPTOR_INLINE std::size_t common_names(std::string_view a, std::string_view b) {
  const auto end = static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  return a.substr(0, end).rfind('\0') + 1;
}

}  // namespace detail

FACEPTOR_INLINE BoxesLookup::BoxesLookup(const BoxesByPhoto& boxes, const std::filesystem::path& folder) {
  std::error_code failed;
  const auto here = std::filesystem::current_path(failed);
  for (const auto& entry : boxes) {
    const auto key = detail::photo_key(entry.first);
    paths_.emplace(key, &entry);
    ends_.emplace_back(detail::from_the_end(key), &entry);
  }
  std::sort(ends_.begin(), ends_.end());
  // After all names as they stand: those come first.
  for (const auto& begin : {here, std::filesystem::absolute(folder, failed)}) {
    for (const auto& entry : boxes) paths_.emplace(detail::photo_key((begin / entry.first).string()), &entry);
  }
}

FACEPTOR_INLINE BoxesLookup::Match BoxesLookup::find(const std::filesystem::path& photo) const {
  std::error_code failed;
  const auto key = detail::photo_key(photo.string());
  const auto whole = detail::photo_key(std::filesystem::absolute(photo, failed).string());
  for (const auto& path : {key, whole}) {
    if (const auto found = paths_.find(path); found != paths_.end()) return {&found->second->second, false};
  }
  // Paths that agree in most names, from the last one on, are neighbours.
  const auto names = detail::from_the_end(whole);
  const auto next = std::ranges::lower_bound(ends_, names, {}, &decltype(ends_)::value_type::first);
  std::size_t common = next != ends_.end() ? detail::common_names(names, next->first) : 0;
  if (next != ends_.begin()) common = std::max(common, detail::common_names(names, std::prev(next)->first));
  if (common == 0) return {};
  const auto equal = std::ranges::equal_range(ends_, std::string_view(names).substr(0, common), {},
                                              [&](const auto& end) { return std::string_view(end.first).substr(0, common); });
  if (equal.size() == 1) return {&equal.front().second->second, true};
  throw Error(ErrorCode::argument, "detect: several photos of the boxes file have this name")
      .where(photo.string())
      .hint("give the photos by the paths that stand in the boxes file");
}

FACEPTOR_INLINE const std::vector<Detection>* find_boxes(const BoxesByPhoto& boxes, const std::filesystem::path& photo) {
  return BoxesLookup(boxes).find(photo).faces;
}

}  // namespace faceptor
