#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/datasets/dataset.hpp>

/// Label files that are text, none of them trusted: read by lines, split into fields, each number checked, and every error with
/// its file, line and field.
///
///     LabelFile file(root / "label/train.txt");
///     while (file.next()) {
///       const Record record = file.fields(Separator::space);
///       record.expect_fields(2, "name age");
///       const auto years = record.integer(1, "age", 0, 150);
///     }
namespace faceptor::datasets {

/// What stands between two fields.
enum class Separator {
  comma,
  tab,
  space,  ///< any number of blanks and tabs; those at the ends of a line don't count
};

/// The whole text as a number: `std::from_chars`, no blanks, no "+". Nothing for NaN and infinity.
std::optional<double> parse_number(std::string_view text);
/// The whole text as a whole number of 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// The most a label file may hold; more is refused with Error(limit).
struct LabelFileLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30;
  std::size_t line = std::size_t{1} << 20;  ///< bytes of one line
};

/// A line of a label file, for errors. Valid as long as the file.
struct LinePlace {
  std::string_view file;
  std::size_t line = 0;            ///< counted from 1; 0 for the file as a whole
  std::string_view unit = "line";  ///< what is counted, where that is not lines

  /// "train.txt, line 12", or "train.txt, line 12, field age".
  std::string where(std::string_view field = {}) const;
  /// An Error(format) about this line. @param summary  without the room
  Error error(std::string_view summary, std::string_view field = {}) const;
};

/// The fields of one line.
class Record {
 public:
  Record(std::vector<std::string> fields, LinePlace place) : fields_(std::move(fields)), place_(place) {}

  std::size_t size() const noexcept { return fields_.size(); }
  const std::vector<std::string>& fields() const noexcept { return fields_; }
  const LinePlace& place() const noexcept { return place_; }

  /// @throws Error(format) if there are fewer fields, or more. @param form  the line as it should be, "name age"
  void expect_fields(std::size_t count, std::string_view form) const;
  /// @throws Error(format) if there are fewer
  void expect_at_least(std::size_t count, std::string_view form) const;

  /// A field. @param name  what to call it in errors  @throws Error(format) if the line ends before it, or it is empty
  const std::string& text(std::size_t index, std::string_view name) const;
  /// A field as a number from `low` to `high`. @throws Error(format) if it is something else
  std::int64_t integer(std::size_t index, std::string_view name, std::int64_t low, std::int64_t high) const;
  double number(std::size_t index, std::string_view name, double low = -1e7, double high = 1e7) const;

 private:
  std::vector<std::string> fields_;
  LinePlace place_;
};

/// A label file, line by line. A byte order mark, the line ends of Windows and blank lines are no matter.
class LabelFile {
 public:
  /// @throws Error(io) if it can't be opened or read, @throws Error(limit) if it is too large, @throws Error(format) if it is empty or
  ///         holds a NUL byte
  explicit LabelFile(const std::filesystem::path& path, const LabelFileLimits& limits = {});

  /// Goes to the next line that is not blank; false if there is none. @throws Error(limit) for a line that is too long
  bool next();
  /// The current line, without its end.
  std::string_view line() const noexcept { return std::string_view(text_).substr(begin_, end_ - begin_); }
  LinePlace place() const noexcept { return {name_, number_}; }
  /// The line's fields. A field in double quotes may hold separators, and quotes written twice; blanks around a field are dropped.
  /// @throws Error(format) for a quote that is not closed on its line, or text behind a closed one
  Record fields(Separator separator) const;

  LabelFile(const LabelFile&) = delete;
  LabelFile& operator=(const LabelFile&) = delete;

 private:
  std::string name_, text_;
  std::size_t longest_;
  std::size_t begin_ = 0, end_ = 0, after_ = 0, number_ = 0;
};

/// Turns a path that stands in a label file into one below the set's root.
class LabelPaths {
 public:
  /// @param folder  the folder below the root that the paths begin in
  LabelPaths(const std::filesystem::path& root, const DatasetOptions& options, const std::filesystem::path& folder);

  /// "data/a.jpg" of "a.jpg": what `root / result` opens, in normal form.
  /// @param place  where it stands, for errors  @throws Error(format) if it is empty, or leaves the folder it may not leave
  std::string below_root(std::string_view written, const LinePlace& place, std::string_view field = "image") const;

 private:
  std::filesystem::path root_, folder_, within_;
};

/// Names that may come once only.
class SeenNames {
 public:
  /// @throws Error(format) if it came before, with the line where
  void expect_new(const std::string& name, const LinePlace& place);

 private:
  std::unordered_map<std::string, std::size_t> lines_;
};

namespace detail {

/// Without the blanks and tabs at its ends.
std::string_view without_blanks(std::string_view text);

/// The text in quotes, cut to what suits a message.
std::string quoted_start(std::string_view text);

/// The bytes of a label file. @throws Error as `LabelFile` does for what is no matter of text
std::string read_label_bytes(const std::filesystem::path& path, std::uint64_t most);

}  // namespace detail
}  // namespace faceptor::datasets
