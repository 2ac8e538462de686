#include "toml.hpp"

#include <fmt/format.h>

#include <string_view>

#include <faceptor/core/error.hpp>
#include <faceptor/files/whole_file.hpp>

#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace faceptor::program {
namespace {

constexpr std::uint64_t kLargestFile = 16 << 20;

nlohmann::json to_json(const toml::node& node, const std::string& where) {
  if (const auto* table = node.as_table()) {
    auto json = nlohmann::json::object();
    for (const auto& [key, value] : *table) json[std::string(key.str())] = to_json(value, where);
    return json;
  }
  if (const auto* array = node.as_array()) {
    auto json = nlohmann::json::array();
    for (const auto& value : *array) json.push_back(to_json(value, where));
    return json;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  throw Error(ErrorCode::format, "the configuration has a date or time")
      .where(fmt::format("{}, line {}", where, node.source().begin.line))
      .expected("a text, number, yes or no, list or table");
}

std::string key_text(const std::string& key) {
  const bool bare =
      !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == std::string::npos;
  return bare ? key : nlohmann::json(key).dump();
}

/// A value in one line. JSON's texts, numbers and lists are TOML's as well.
std::string inline_text(const nlohmann::ordered_json& value) {
  if (value.is_object()) {
    std::string text;
    for (const auto& [key, item] : value.items()) text += (text.empty() ? " " : ", ") + key_text(key) + " = " + inline_text(item);
    return text.empty() ? "{}" : "{" + text + " }";
  }
  if (value.is_array()) {
    std::string text;
    for (const auto& item : value) text += (text.empty() ? "" : ", ") + inline_text(item);
    return "[" + text + "]";
  }
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void write_table(std::string& out, const std::string& path, const nlohmann::ordered_json& table) {
  const auto is_section = [](const nlohmann::ordered_json& value) { return value.is_object() && !value.empty(); };
  bool plain = false;
  for (const auto& [key, value] : table.items()) plain = plain || !is_section(value);
  if (!path.empty() && plain) out += fmt::format("\n[{}]\n", path);
  for (const auto& [key, value] : table.items()) {
    if (!is_section(value) && !value.is_null()) out += fmt::format("{} = {}\n", key_text(key), inline_text(value));
  }
  for (const auto& [key, value] : table.items()) {
    if (is_section(value)) write_table(out, path.empty() ? key_text(key) : path + "." + key_text(key), value);
  }
}

}  // namespace

nlohmann::json read_toml(const std::filesystem::path& path) {
  const auto text = files::read_file(path, "the configuration", kLargestFile);
  if (const auto first = text.find_first_not_of(" \t\r\n"); first != std::string::npos && text[first] == '{') {
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded()) throw Error(ErrorCode::format, "the configuration begins as JSON and isn't").where(path.string());
    return json;
  }
  try {
    return to_json(toml::parse(text), path.string());
  } catch (const toml::parse_error& e) {
    throw Error(ErrorCode::format, "the configuration is not TOML")
        .where(fmt::format("{}, line {}, column {}", path.string(), e.source().begin.line, e.source().begin.column))
        .found(std::string(e.description()));
  }
}

std::string to_toml(const nlohmann::ordered_json& values) {
  std::string out;
  write_table(out, "", values);
  return out;
}

}  // namespace faceptor::program
