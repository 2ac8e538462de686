#pragma once

#include <memory>
#include <optional>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/frame_source.hpp>

namespace faceptor::ffmpeg {

/// What a camera is asked for, and how much may be decoded.
struct SourceOptions {
  std::optional<Size> size{};    ///< of a camera's pictures; its own choice if not given
  std::optional<double> rate{};  ///< frames a second, of a camera, likewise
  int threads = 1;               ///< that decode; 0: as many as the machine suggests
  std::int64_t max_pixels = 64'000'000;
};

/// The frames of whatever FFmpeg's libraries open: files, streams such as rtsp://, and cameras (/dev/video0, by Video4Linux). Frames are
/// turned upright as the container says.
class VideoSource final : public video::FrameSource {
 public:
  /// @throws Error(io) for what can't be opened, Error(unsupported) without a video that can be decoded, Error(limit) for larger frames
  explicit VideoSource(const std::string& name, SourceOptions options = {});
  /// Of a stream that can't be rewound, such as standard input.
  explicit VideoSource(video::ByteStream stream, SourceOptions options = {});
  ~VideoSource() override;

  std::optional<video::Frame> next() override;
  std::string name() const override;
  double rate() const override;
  std::optional<std::int64_t> count() const override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faceptor::ffmpeg
