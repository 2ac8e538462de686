#include <algorithm>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <faceptor/core/error.hpp>
#include <faceptor/core/parallel.hpp>
#include <faceptor/core/version.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/synthetic/set_plan.hpp>
#include <faceptor/synthetic/set_writer.hpp>
#include <faceptor/synthetic/write_sets.hpp>

namespace faceptor::synthetic {
namespace {

constexpr const char* kSetMarker = "synthesized.json";

// Threads are left out: nothing depends on them.
nlohmann::ordered_json marker_of(const SetPlan& plan) {
  const SetOptions& options = plan.options();
  nlohmann::ordered_json marker = {{"made_by", std::string("faceptor ") + kVersion},
                                   {"format", plan.format().name},
                                   {"seed", options.seed},
                                   {"pictures", plan.pictures().size()},
                                   {"persons", plan.identities()},
                                   {"width", options.width}};
  if (plan.format().downloaded) marker["downloaded"] = true;
  return marker;
}

void write_marker(const SetPlan& plan, const std::filesystem::path& folder, bool complete) {
  auto marker = marker_of(plan);
  marker["complete"] = complete;
  files::write_file(folder / kSetMarker, marker.dump(2) + "\n");
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
  const auto writer = make_set_writer(plan, folder);
  // What is added in order waits in memory, so pictures are painted a few at a time.
  std::vector<SetWriter::Entry> entries(std::min(pictures.size(), 8 * thread_count(plan.options().threads)));
  for (std::size_t first = 0; first < pictures.size(); first += entries.size()) {
    const auto chunk = pictures.subspan(first, std::min(entries.size(), pictures.size() - first));
    parallel_for(chunk.size(), plan.options().threads, [&](std::size_t i) { entries[i] = writer->store(chunk[i], plan.paint(chunk[i])); });
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
