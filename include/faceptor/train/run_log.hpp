#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/train/event_file.hpp>

namespace faceptor::train {

/// What a run has to tell: `log.jsonl`, one JSON object a line, and TensorBoard's files in `tensorboard/`.
///
/// A run resumed from a checkpoint removes the lines of later steps, so that no step is in the log twice.
class RunLog {
 public:
  /// @param folder  the run's
  /// @param step    steps done when it begins or is resumed; lines of later steps, and a torn last line, are removed
  /// @throws Error(io)  as do all that write
  RunLog(const std::filesystem::path& folder, std::uint64_t step, bool tensorboard);
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;
  ~RunLog();

  /// One line; "step" and "time" (seconds since 1970) are put in front.
  void line(std::uint64_t step, const nlohmann::ordered_json& values);
  /// A line, and every number of it as a curve, named by its path: "tasks/age_morph2/loss".
  void numbers(std::uint64_t step, const nlohmann::ordered_json& values);
  /// For TensorBoard alone.
  void picture(std::uint64_t step, std::string_view tag, const Image& picture);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::unique_ptr<EventFile> events_;
};

}  // namespace faceptor::train
