#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/video/frame_source.hpp>

namespace faceptor::ffmpeg {

/// How a video is written.
struct SinkOptions {
  double rate = 25;       ///< frames a second
  int threads = 1;        ///< that encode; 0: as many as the machine suggests
  std::string comment{};  ///< goes into the file's metadata
};

/// Writes a video as FFmpeg's libraries encode it: the name's extension says the container (.mp4, .mkv, .avi, .webm, ...), which says the
/// codec. The file appears whole, with `finish`. A side of an odd number of pixels loses one, where the codec's colours ask for that.
class VideoSink final : public video::FrameSink {
 public:
  /// @throws Error(unsupported) for a name of no known container, or without an encoder; Error(argument) for a rate that isn't above 0
  explicit VideoSink(std::filesystem::path path, SinkOptions options = {});
  ~VideoSink() override;

  void write(const Image& image) override;
  void finish() override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faceptor::ffmpeg
