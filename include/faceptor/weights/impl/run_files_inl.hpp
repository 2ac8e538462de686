#pragma once

#include <algorithm>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/weights/run_files.hpp>

namespace faceptor::weights {
namespace detail {

inline constexpr std::string_view kCheckpointPrefix = "step_", kCheckpointSuffix = ".safetensors";

/// The step of a checkpoint's file name.
FACEPTOR_INLINE std::optional<std::uint64_t> checkpoint_step(const std::filesystem::path& path) {
  const auto name = path.filename().string();
  if (!name.starts_with(kCheckpointPrefix) || !name.ends_with(kCheckpointSuffix)) return std::nullopt;
  const auto digits =
      std::string_view(name).substr(kCheckpointPrefix.size(), name.size() - kCheckpointPrefix.size() - kCheckpointSuffix.size());
  std::uint64_t step = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), step);
  return error == std::errc() && end == digits.data() + digits.size() ? std::optional(step) : std::nullopt;
}

}  // namespace detail

FACEPTOR_INLINE std::string checkpoint_name(std::uint64_t step) {
  return fmt::format("{}{:010}{}", detail::kCheckpointPrefix, step, detail::kCheckpointSuffix);
}

FACEPTOR_INLINE std::vector<RunCheckpoint> checkpoints_in(const std::filesystem::path& folder) {
  std::vector<RunCheckpoint> found;
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  for (const std::filesystem::directory_iterator end; !failed && entry != end; entry.increment(failed)) {
    if (const auto step = detail::checkpoint_step(entry->path())) found.push_back({*step, entry->path()});
  }
  if (failed) throw Error(ErrorCode::io, "weights: the folder can't be listed").where(folder.string()).found(failed.message());
  std::sort(found.begin(), found.end(), [](const RunCheckpoint& a, const RunCheckpoint& b) { return a.step < b.step; });
  return found;
}

FACEPTOR_INLINE std::filesystem::path weights_file(const std::filesystem::path& path, std::optional<std::uint64_t> step) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    if (!step) return path;
    throw Error(ErrorCode::argument, "weights: a step is chosen among the checkpoints of a run, and this is no folder of one")
        .where(path.string());
  }
  const auto below = path / "checkpoints";
  const auto found = checkpoints_in(std::filesystem::is_directory(below, ignored) ? below : path);
  if (!step) {
    if (!found.empty()) return found.back().path;
    const auto last = path / "weights.safetensors";
    if (std::filesystem::is_regular_file(last, ignored)) return last;
    throw Error(ErrorCode::io, "weights: the folder holds no checkpoint of a run")
        .where(path.string())
        .expected("checkpoints/" + checkpoint_name(0));
  }
  std::vector<std::string> steps;
  for (const auto& checkpoint : found) {
    if (checkpoint.step == *step) return checkpoint.path;
    steps.push_back(std::to_string(checkpoint.step));
  }
  throw Error(ErrorCode::io, "weights: the run has no checkpoint of this step")
      .where(path.string())
      .expected(steps.empty() ? "a checkpoint" : "one of " + text::join(steps))
      .found(std::to_string(*step));
}

}  // namespace faceptor::weights
