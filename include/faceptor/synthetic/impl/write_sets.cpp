#include <algorithm>
#include <atomic>
#include <exception>
#include <fstream>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/synthetic/set_plan.hpp>
#include <faceptor/synthetic/set_writer.hpp>
#include <faceptor/synthetic/write_sets.hpp>

namespace faceptor::synthetic {
namespace {

constexpr const char* kSetMarker = "synthesized.json";

// Threads are left out: nothing depends on them.
nlohmann::ordered_json marker_of(const SetPlan& plan) {
  const SetOptions& options = plan.options();
  return {{"made_by", std::string("faceptor ") + kVersion},
          {"format", plan.format().name},
          {"seed", options.seed},
          {"pictures", plan.pictures().size()},
          {"persons", plan.identities()},
          {"width", options.width}};
}

void write_marker(const SetPlan& plan, const std::filesystem::path& folder, bool complete) {
  auto marker = marker_of(plan);
  marker["complete"] = complete;
  files::AtomicFile file(folder / kSetMarker);
  file.write(marker.dump(2) + "\n");
  file.commit();
}

/// Calls `work(i)` for 0 <= i < count on several threads, and rethrows the failure of the lowest i.
template <class Work>
void in_parallel(std::size_t count, std::size_t threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t failed = count;
  std::exception_ptr failure;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) failed = i, failure = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(run);
  run();
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace

SetState state_of_set(const SetPlan& plan, const std::filesystem::path& folder) {
  std::error_code status;
  if (!std::filesystem::exists(folder, status)) return SetState::absent;
  if (!std::filesystem::is_directory(folder, status)) return SetState::foreign;
  const bool empty = std::filesystem::is_empty(folder, status);
  if (status) throw Error(ErrorCode::io, "synthetic: a folder can't be looked into").where(folder.string()).found(status.message());
  if (empty) return SetState::absent;
  std::ifstream file(folder / kSetMarker);
  auto marker = nlohmann::ordered_json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!marker.is_object() || !marker.contains("made_by") || !marker.contains("complete")) return SetState::foreign;
  const bool complete = marker["complete"] == true;
  marker.erase("complete");
  if (marker != marker_of(plan)) return SetState::other;
  return complete ? SetState::complete : SetState::begun;
}

bool write_set(const SetPlan& plan, const std::filesystem::path& folder, const WriteOptions& options) {
  const SetState state = state_of_set(plan, folder);
  if (state == SetState::complete) return false;
  if ((state == SetState::other || state == SetState::foreign) && !options.force) {
    throw Error(ErrorCode::argument, "synthetic: the folder holds something else")
        .where(folder.string())
        .expected("an empty folder, or this very set")
        .found(state == SetState::other ? "a synthetic set made with other options" : "files that no synthetic set left there")
        .hint(state == SetState::other ? "--force replaces it" : "--force writes among them");
  }
  if (state == SetState::other) {
    std::error_code status;
    std::filesystem::remove_all(folder, status);
    if (status) throw Error(ErrorCode::io, "synthetic: a set can't be removed").where(folder.string()).found(status.message());
  }
  files::make_folder(folder);
  write_marker(plan, folder, false);

  const auto pictures = plan.pictures();
  const std::size_t threads =
      plan.options().threads > 0 ? static_cast<std::size_t>(plan.options().threads) : std::max(1U, std::thread::hardware_concurrency());
  const auto writer = make_set_writer(plan, folder);
  // What is added in order waits in memory, so pictures are painted a few at a time.
  std::vector<SetWriter::Entry> entries(std::min(pictures.size(), 8 * threads));
  for (std::size_t first = 0; first < pictures.size(); first += entries.size()) {
    const auto chunk = pictures.subspan(first, std::min(entries.size(), pictures.size() - first));
    in_parallel(chunk.size(), threads, [&](std::size_t i) { entries[i] = writer->store(chunk[i], plan.paint(chunk[i])); });
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      writer->add(chunk[i], std::move(entries[i]));
      if (options.progress) options.progress(first + i + 1, pictures.size());
    }
  }
  writer->finish();
  write_marker(plan, folder, true);
  return true;
}

bool write_set(std::string_view format, const std::filesystem::path& folder, const SetOptions& options, const WriteOptions& writing) {
  return write_set(SetPlan(format, options), folder, writing);
}

}  // namespace faceptor::synthetic
