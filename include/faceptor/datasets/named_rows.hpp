#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/table.hpp>

namespace faceptor::datasets {

/// Rows whose fields have names: a CSV file with a header line, or JSON lines, told apart by the first character.
///
///     image,age,city                  {"image": "a.jpg", "age": 31, "city": "Ghent"}
///     a.jpg,31,Ghent                  {"image": "b.jpg", "age": 54}
///     b.jpg,54,
///
/// An empty field of CSV and a null of JSON are as good as absent. A column of CSV without a name is passed over.
class NamedRows {
 public:
  /// @param separator  of CSV; without one a tab or comma in the header line decides, or blanks if it has neither
  /// @throws Error as LabelFile does, and Error(format) for a header that names a column twice
  explicit NamedRows(const std::filesystem::path& path, std::optional<Separator> separator = std::nullopt);

  /// Goes to the next row; false if there is none. @throws Error(format) if it is no row: another number of fields, no JSON object
  bool next();
  LinePlace place() const noexcept { return file_.place(); }

  /// Whether the columns are the same in all rows: CSV.
  bool has_header() const noexcept { return !json_; }
  /// Whether the header names a column, or the current row has it.
  bool has_column(const std::string& name) const;
  /// The names of the header's columns, or of the row's fields.
  std::vector<std::string> columns() const;

  /// A field of the current row, null if it is absent: text of CSV, anything of JSON.
  const nlohmann::json& field(const std::string& name) const;
  /// A field as text: numbers and truths of JSON as they are written there. Empty if it is absent.
  std::string text(const std::string& name) const;
  /// A field as text that has to be there. @throws Error(format); for an unknown column, with the nearest one
  std::string required(const std::string& name) const;
  /// A field as a number from `low` to `high`. @throws Error(format) if it is absent or something else
  double number(const std::string& name, double low = -1e7, double high = 1e7) const;

 private:
  LabelFile file_;
  bool json_ = false;
  Separator separator_ = Separator::comma;
  std::vector<std::string> header_;
  std::set<std::string> known_;  // those of the header, which may be many
  nlohmann::json row_ = nlohmann::json::object();
  bool waiting_ = false;  // the first line of JSON was looked at, but not given out yet
};

/// A value of JSON or text of CSV as a number. @throws Error(format)
double number_of(const nlohmann::json& value, const LinePlace& place, std::string_view field, double low = -1e7, double high = 1e7);

}  // namespace faceptor::datasets
