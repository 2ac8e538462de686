#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <nlohmann/json.hpp>

#include "support/tests_folder.hpp"

/// Where the reference values lie: `FACEPTOR_GOLDEN_DIR`, or the project's own copy. Both hold `geometry/` and `model/`.
namespace golden {

inline std::filesystem::path root() {
  const char* chosen = std::getenv("FACEPTOR_GOLDEN_DIR");
  return chosen != nullptr && *chosen != '\0' ? std::filesystem::path(chosen) : tests_folder() / "golden";
}

/// The path of a file or folder of a set, or nothing if that set is absent (the test then skips).
inline std::optional<std::filesystem::path> find(const std::filesystem::path& relative) {
  auto path = root() / relative;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

inline nlohmann::json json(const std::filesystem::path& path) { return nlohmann::json::parse(std::ifstream(path)); }

}  // namespace golden
