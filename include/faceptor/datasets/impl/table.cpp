#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/table.hpp>
#include <faceptor/files/whole_file.hpp>

namespace faceptor::datasets {
namespace detail {

inline constexpr std::string_view kBlanks = " \t";

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string quoted_start(std::string_view text) {
  constexpr std::size_t kMost = 60;
  return text.size() <= kMost ? fmt::format("\"{}\"", text) : fmt::format("\"{}...\"", text.substr(0, kMost));
}

std::string read_label_bytes(const std::filesystem::path& path, std::uint64_t most) {
  auto text = files::read_file(path, "data: the label file", most);
  if (text.empty()) throw Error(ErrorCode::format, "data: the label file is empty").where(path.string());
  return text;
}

/// The field that begins at `at` with a quote; `at` goes to the separator behind it or to the line's end.
std::string quoted_field(const LabelFile& file, std::string_view line, std::size_t& at) {
  std::string field;
  for (++at;; ++at) {
    if (at >= line.size()) throw file.place().error("a quote is not closed on its line").found(quoted_start(field));
    if (line[at] == '"') {
      if (at + 1 >= line.size() || line[at + 1] != '"') break;
      ++at;
    }
    field += line[at];
  }
  ++at;
  return field;
}

/// A path without the trailing separator that would count as a component.
std::filesystem::path normal_folder(const std::filesystem::path& path) {
  auto normal = std::filesystem::absolute(path.empty() ? "." : path).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

}  // namespace detail

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string LinePlace::where(std::string_view field) const {
  auto text = line == 0 ? std::string(file) : fmt::format("{}, {} {}", file, unit, line);
  return field.empty() ? text : fmt::format("{}, field {}", text, field);
}

Error LinePlace::error(std::string_view summary, std::string_view field) const {
  return Error(ErrorCode::format, fmt::format("data: {}", summary)).where(where(field));
}

void Record::expect_fields(std::size_t count, std::string_view form) const {
  expect_at_least(count, form);
  if (size() > count) {
    throw place_.error("a line has too many fields").expected(fmt::format("{}: {}", count, form)).found(fmt::format("{} fields", size()));
  }
}

void Record::expect_at_least(std::size_t count, std::string_view form) const {
  if (size() >= count) return;
  throw place_.error("a line has too few fields").expected(fmt::format("{}: {}", count, form)).found(fmt::format("{} fields", size()));
}

const std::string& Record::text(std::size_t index, std::string_view name) const {
  if (index >= size()) throw place_.error("a line ends before a field", name).found(fmt::format("{} fields", size()));
  if (fields_[index].empty()) throw place_.error("a field is empty", name);
  return fields_[index];
}

std::int64_t Record::integer(std::size_t index, std::string_view name, std::int64_t low, std::int64_t high) const {
  const auto& written = text(index, name);
  const auto value = parse_integer(written);
  if (value && *value >= low && *value <= high) return *value;
  throw place_.error(value ? "a number is out of range" : "a field is no whole number", name)
      .expected(fmt::format("{} to {}", low, high))
      .found(detail::quoted_start(written));
}

double Record::number(std::size_t index, std::string_view name, double low, double high) const {
  const auto& written = text(index, name);
  const auto value = parse_number(written);
  if (value && *value >= low && *value <= high) return *value;
  throw place_.error(value ? "a number is out of range" : "a field is no number", name)
      .expected(fmt::format("{:g} to {:g}", low, high))
      .found(detail::quoted_start(written));
}

LabelFile::LabelFile(const std::filesystem::path& path, const LabelFileLimits& limits)
    : name_(path.string()), text_(detail::read_label_bytes(path, limits.bytes)), longest_(limits.line) {
  if (const auto nul = text_.find('\0'); nul != std::string::npos) {
    throw Error(ErrorCode::format, "data: the label file is no text, it holds a NUL byte")
        .where(fmt::format("{}, line {}", name_, 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(nul), '\n')))
        .hint("files in UTF-16 have to be saved as UTF-8");
  }
  if (text_.starts_with("\xEF\xBB\xBF")) after_ = 3;
}

bool LabelFile::next() {
  while (after_ < text_.size()) {
    begin_ = after_;
    end_ = std::min(text_.find('\n', begin_), text_.size());
    after_ = end_ + 1;
    ++number_;
    if (end_ - begin_ > longest_) {
      throw Error(ErrorCode::limit, "data: a line of the label file is too long")
          .where(place().where())
          .expected(fmt::format("at most {} bytes", longest_))
          .found(std::to_string(end_ - begin_));
    }
    if (end_ > begin_ && text_[end_ - 1] == '\r') --end_;
    if (line().find_first_not_of(detail::kBlanks) != std::string_view::npos) return true;
  }
  begin_ = end_ = text_.size();
  return false;
}

Record LabelFile::fields(Separator separator) const {
  const auto line = this->line();
  const bool by_blanks = separator == Separator::space;
  const std::string_view ends = separator == Separator::comma ? "," : separator == Separator::tab ? "\t" : detail::kBlanks;
  const std::string_view dropped = separator == Separator::tab ? " " : detail::kBlanks;
  std::vector<std::string> fields;
  std::size_t at = 0;
  const auto skip_blanks = [&] { at = std::min(line.find_first_not_of(dropped, at), line.size()); };
  for (skip_blanks();; skip_blanks()) {
    if (at < line.size() && line[at] == '"') {
      fields.push_back(detail::quoted_field(*this, line, at));
      const auto behind = at;
      skip_blanks();
      const bool parted = at == line.size() || (by_blanks ? at > behind : line[at] == ends.front());
      if (!parted) throw place().error("text stands behind a closed quote").found(detail::quoted_start(line.substr(behind)));
    } else {
      const auto end = std::min(line.find_first_of(ends, at), line.size());
      fields.emplace_back(detail::without_blanks(line.substr(at, end - at)));
      at = end;
      skip_blanks();
    }
    if (at == line.size()) return {std::move(fields), place()};
    if (!by_blanks) ++at;
  }
}

LabelPaths::LabelPaths(const std::filesystem::path& root, const DatasetOptions& options, const std::filesystem::path& folder)
    : root_(detail::normal_folder(root)),
      folder_(root_ / folder),
      within_(options.within.empty() ? root_ : detail::normal_folder(root_ / options.within)) {}

std::string LabelPaths::below_root(std::string_view written, const LinePlace& place, std::string_view field) const {
  const auto refuse = [&](std::string_view summary) { return place.error(summary, field).found(detail::quoted_start(written)); };
  if (written.empty()) throw refuse("a picture has no name");
  if (written.find('\0') != std::string_view::npos) throw refuse("a picture's path holds a NUL byte");
  const std::filesystem::path relative(written);
  const auto path = (folder_ / relative).lexically_normal();
  const auto [end, unused] = std::mismatch(within_.begin(), within_.end(), path.begin(), path.end());
  if (end != within_.end()) {
    if (relative.is_absolute()) {
      throw refuse("a picture's path is absolute and lies outside the data set's folder")
          .expected("a relative path, which begins in " + folder_.string())
          .hint("if it is meant to, name a folder above both: the option \"within\"");
    }
    throw refuse("a picture's path leaves the data set's folder")
        .expected("a place below " + within_.string())
        .hint("if it is meant to, name a folder above both: the option \"within\"");
  }
  if (!path.has_filename()) throw refuse("a picture's path names a folder");
  return path.lexically_relative(root_).generic_string();
}

void SeenNames::expect_new(const std::string& name, const LinePlace& place) {
  const auto [seen, is_new] = lines_.emplace(name, place.line);
  if (is_new) return;
  throw place.error("a picture stands in the labels twice", "image")
      .found(fmt::format("{}, which {} {} has too", detail::quoted_start(name), place.unit, seen->second))
      .hint("the setting duplicates=keep takes both");
}

}  // namespace faceptor::datasets
