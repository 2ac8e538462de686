#pragma once

#include <cstddef>
#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/set_plan.hpp>
#include <filesystem>
#include <functional>

/// Synthetic sets on disk, in the formats of the published ones.
///
///     synthetic::write_set("wflw", "out/wflw", {.seed = 7, .count = 200});
///     auto set = datasets::open_dataset("wflw", "out/wflw", {.split = "test"});
namespace faceptor::synthetic {

/// What a folder holds, as far as writing a set into it goes.
enum class SetState {
  absent,    ///< nothing
  complete,  ///< this very set: same format, options and library
  begun,     ///< this very set, not finished
  other,     ///< a synthetic set, but another one
  foreign,   ///< something else
};

/// @throws Error(io) if the folder can't be looked into
SetState state_of_set(const SetPlan& plan, const std::filesystem::path& folder);

/// What to do with what is there.
struct WriteOptions {
  /// Replace another synthetic set (its folder is emptied first), and write among foreign files (which stay, unless they have the name
  /// of a file of the set).
  bool force = false;
  /// Called in order after each picture, by the calling thread.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
};

/// Paints a set and writes it into `folder`, which is made. The same plan gives the same bytes, whatever the number of threads.
///
/// `synthesized.json` in the folder says what the set is, and whether it is complete: a complete one is left as it is, one that was begun
/// is written anew.
/// @return whether something was written
/// @throws Error(argument)  for a folder that holds something else
/// @throws Error(io)        for a full disk and the like
bool write_set(const SetPlan& plan, const std::filesystem::path& folder, const WriteOptions& options = {});

/// The same from a format and its options.
bool write_set(std::string_view format, const std::filesystem::path& folder, const SetOptions& options, const WriteOptions& writing = {});

}  // namespace faceptor::synthetic
