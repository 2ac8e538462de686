#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>

#include <faceptor/core/error.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/train/event_file.hpp>
#include <faceptor/train/run_log.hpp>

namespace faceptor::train {
namespace {

/// Removes the lines of steps after `step`, and what is no line.
void rewind_log(const std::filesystem::path& path, std::uint64_t step) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return;
  files::AtomicFile kept(path);
  bool all = true;
  for (std::string line; std::getline(stream, line);) {
    const bool torn = stream.eof();  // without its newline
    const auto json = torn ? nlohmann::json() : nlohmann::json::parse(line, nullptr, false);
    const bool stays =
        json.is_object() && json.contains("step") && json["step"].is_number() && json["step"].get<double>() <= static_cast<double>(step);
    all = all && stays;
    if (stays) kept.write(line + "\n");
  }
  if (!all) kept.commit();
}

void add_curves(EventFile& events, std::int64_t step, const std::string& tag, const nlohmann::ordered_json& value) {
  if (value.is_object()) {
    for (const auto& [name, item] : value.items()) add_curves(events, step, tag.empty() ? name : tag + "/" + name, item);
  } else if (value.is_number()) {
    events.scalar(tag, step, value.get<double>());
  }
}

}  // namespace

RunLog::RunLog(const std::filesystem::path& folder, std::uint64_t step, bool tensorboard) : path_(folder / "log.jsonl") {
  rewind_log(path_, step);
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw Error(ErrorCode::io, "train: the log can't be written").where(path_.string()).found(std::strerror(errno));
  // Curves are points at the steps done: those up to `step` stay.
  if (tensorboard) events_ = std::make_unique<EventFile>(folder / "tensorboard", static_cast<std::int64_t>(step) + 1);
}

RunLog::~RunLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RunLog::line(std::uint64_t step, const nlohmann::ordered_json& values) {
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  nlohmann::ordered_json whole = {{"step", step}, {"time", std::round(now.count() * 1000) / 1000}};
  whole.update(values);
  const auto text = whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (const int number = files::detail::write_all(descriptor_, std::as_bytes(std::span(text))); number != 0) {
    throw Error(ErrorCode::io, "train: the log can't be written").where(path_.string()).found(std::strerror(number));
  }
}

void RunLog::numbers(std::uint64_t step, const nlohmann::ordered_json& values) {
  line(step, values);
  if (events_) add_curves(*events_, static_cast<std::int64_t>(step), "", values);
}

void RunLog::picture(std::uint64_t step, std::string_view tag, const Image& picture) {
  if (events_) events_->image(tag, static_cast<std::int64_t>(step), picture);
}

}  // namespace faceptor::train
