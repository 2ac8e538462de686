#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace faceptor::program {

/// The values of a TOML file (or of a JSON file, told by its first character '{') as JSON.
/// @throws faceptor::Error(io, format, limit)  naming file, line and column
nlohmann::json read_toml(const std::filesystem::path& path);

/// Values as a TOML document, in their order: plain values of a table before the tables in it. Nulls are left out.
std::string to_toml(const nlohmann::ordered_json& values);

}  // namespace faceptor::program
