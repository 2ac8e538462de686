#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/video/frame_source.hpp>

namespace faceptor::video {

/// Pictures, each a frame.
class ImageSequence final : public FrameSource {
 public:
  /// @param files  in their order @param rate  frames a second
  /// @throws Error(argument) for a rate that isn't above 0
  explicit ImageSequence(std::vector<std::filesystem::path> files, double rate = 25, ReadOptions options = {}, std::string name = {});

  std::optional<Frame> next() override;
  std::string name() const override { return name_; }
  double rate() const override { return rate_; }
  std::optional<std::int64_t> count() const override { return static_cast<std::int64_t>(files_.size()); }

 private:
  std::vector<std::filesystem::path> files_;
  double rate_;
  ReadOptions options_;
  std::string name_;
  std::size_t index_ = 0;
};

/// The pictures that a folder holds, or that a pattern fits ("frames/*.png", "frames/%04d.png"), by their names, in which numbers count as
/// numbers: 9.png before 10.png. @throws Error(io) for a folder that can't be read, Error(argument) where there is no picture
std::vector<std::filesystem::path> sequence_files(const std::string& folder_or_pattern);

/// Whether a name is a folder's or a pattern, as `sequence_files` takes it.
bool names_sequence(const std::string& name);

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/image_sequence_inl.hpp>
#endif
