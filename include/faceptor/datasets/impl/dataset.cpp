#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/dataset.hpp>

namespace faceptor::datasets::detail {

Error unknown_option(std::string_view format, std::string_view what, const std::string& value, std::span<const std::string> known) {
  const auto near = text::closest(value, known);
  return Error(ErrorCode::argument, fmt::format("data: {} has no {} \"{}\"", format, what, value))
      .expected(known.empty() ? "none" : text::join(known))
      .hint(near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
}

std::string chosen_split(const DatasetOptions& options, std::string_view format, std::span<const std::string> known) {
  if (options.split.empty()) return known.front();
  if (std::find(known.begin(), known.end(), options.split) == known.end()) throw unknown_option(format, "split", options.split, known);
  return options.split;
}

void check_settings(const DatasetOptions& options, std::string_view format, std::span<const std::string> known) {
  for (const auto& [name, value] : options.settings) {
    if (std::find(known.begin(), known.end(), name) == known.end()) throw unknown_option(format, "setting", name, known);
  }
}

std::string setting(const DatasetOptions& options, const std::string& name, std::string_view usual) {
  const auto found = options.settings.find(name);
  return found == options.settings.end() ? std::string(usual) : found->second;
}

std::vector<std::string> setting_list(const DatasetOptions& options, const std::string& name) {
  std::vector<std::string> parts;
  const auto value = setting(options, name);
  if (value.empty()) return parts;
  for (auto& part : text::split(value, ',')) {
    const auto begin = part.find_first_not_of(' ');
    parts.push_back(begin == std::string::npos ? "" : part.substr(begin, part.find_last_not_of(' ') - begin + 1));
  }
  return parts;
}

std::string chosen_setting(const DatasetOptions& options, std::string_view format, const std::string& name,
                           std::span<const std::string> choices) {
  const auto value = setting(options, name, choices.front());
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    throw unknown_option(format, fmt::format("choice of the setting \"{}\" called", name), value, choices);
  }
  return value;
}

std::filesystem::path label_file(const std::filesystem::path& root, const DatasetOptions& options, const std::filesystem::path& usual) {
  if (options.labels.empty()) return root / usual;
  auto path = root / options.labels;
  std::error_code status;
  return std::filesystem::is_directory(path, status) ? path / usual.filename() : path;
}

}  // namespace faceptor::datasets::detail
