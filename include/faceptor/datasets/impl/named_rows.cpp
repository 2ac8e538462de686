#include <utility>

#include <fmt/format.h>

#include <faceptor/core/json.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/named_rows.hpp>

namespace faceptor::datasets {
namespace {

Separator guessed_separator(std::string_view header) {
  return header.find('\t') != std::string_view::npos  ? Separator::tab
         : header.find(',') != std::string_view::npos ? Separator::comma
                                                      : Separator::space;
}

/// Text as it is, anything else as it is written in JSON; nothing for null.
std::string json_text(const nlohmann::json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

NamedRows::NamedRows(const std::filesystem::path& path, std::optional<Separator> separator) : file_(path) {
  if (!file_.next()) throw place().error("the label file has no lines");
  const auto start = file_.line()[file_.line().find_first_not_of(" \t")];
  if (start == '[') throw place().error("the label file is a JSON array").expected("an object a line, or CSV with a header line");
  json_ = waiting_ = start == '{';
  if (json_) return;
  separator_ = separator.value_or(guessed_separator(file_.line()));
  header_ = file_.fields(separator_).fields();
  for (const auto& name : header_) {
    if (!known_.insert(name).second && !name.empty()) {
      throw place().error("the header line names a column twice").found(detail::quoted_start(name));
    }
  }
}

bool NamedRows::next() {
  if (!std::exchange(waiting_, false) && !file_.next()) return false;
  if (json_) {
    row_ = parse_json(file_.line(), "data", place().where());
    if (row_.is_discarded()) throw place().error("this is no sound JSON").found(detail::quoted_start(file_.line()));
    if (!row_.is_object()) throw place().error("a row is no JSON object").found(row_.type_name());
    return true;
  }
  const auto record = file_.fields(separator_);
  record.expect_fields(header_.size(), "as many as the header line has");
  row_ = nlohmann::json::object();
  for (std::size_t i = 0; i < header_.size(); ++i) {
    if (!header_[i].empty() && !record.fields()[i].empty()) row_[header_[i]] = record.fields()[i];
  }
  return true;
}

bool NamedRows::has_column(const std::string& name) const { return json_ ? row_.contains(name) : known_.contains(name); }

std::vector<std::string> NamedRows::columns() const {
  if (!json_) return header_;
  std::vector<std::string> names;
  for (const auto& [name, value] : row_.items()) names.push_back(name);
  return names;
}

const nlohmann::json& NamedRows::field(const std::string& name) const {
  static const nlohmann::json kAbsent;
  const auto found = row_.find(name);
  return found == row_.end() ? kAbsent : *found;
}

std::string NamedRows::text(const std::string& name) const { return json_text(field(name)); }

std::string NamedRows::required(const std::string& name) const {
  auto value = text(name);
  if (!value.empty()) return value;
  if (has_column(name)) throw place().error("a field is empty", name);
  const auto known = columns();
  const bool semicolons = known.size() == 1 && known.front().find(';') != std::string::npos;
  throw place()
      .error(fmt::format("there is no column \"{}\"", name))
      .hint(semicolons ? "the fields are parted by semicolons: write commas or tabs" : text::suggestion(name, known));
}

double NamedRows::number(const std::string& name, double low, double high) const {
  required(name);
  return number_of(field(name), place(), name, low, high);
}

double number_of(const nlohmann::json& value, const LinePlace& place, std::string_view field, double low, double high) {
  std::optional<double> number;
  if (value.is_number()) number = value.get<double>();
  if (value.is_string()) number = parse_number(value.get_ref<const std::string&>());
  if (number && *number >= low && *number <= high) return *number;
  throw place.error(number ? "a number is out of range" : "a field is no number", field)
      .expected(fmt::format("{:g} to {:g}", low, high))
      .found(detail::quoted_start(json_text(value)));
}

}  // namespace faceptor::datasets
