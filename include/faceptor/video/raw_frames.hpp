#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/pixel_buffer.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/frame_source.hpp>
#include <faceptor/video/output_stream.hpp>

namespace faceptor::video {

/// Pixels without any header, frame by frame, as `ffmpeg -f rawvideo -pix_fmt rgb24 -` writes them.
class RawSource final : public FrameSource {
 public:
  /// @param size    of each frame, which the stream doesn't say
  /// @param rate    frames a second, likewise
  /// @param format  of its pixels
  /// @throws Error(argument) for a size or rate out of range
  RawSource(ByteStream stream, Size size, double rate = 25, PixelFormat format = PixelFormat::rgb);

  std::optional<Frame> next() override;
  std::string name() const override { return stream_.name(); }
  double rate() const override { return rate_; }

 private:
  ByteStream stream_;
  Size size_;
  double rate_;
  PixelFormat format_;
  std::vector<std::byte> bytes_;
  std::int64_t index_ = 0;
};

/// Writes RGB pixels without any header: `ffmpeg -f rawvideo -pix_fmt rgb24 -s WxH -i -` reads them.
class RawSink final : public FrameSink {
 public:
  explicit RawSink(OutputStream stream) : stream_(std::move(stream)) {}

  void write(const Image& image) override;
  void finish() override { stream_.finish(); }

 private:
  OutputStream stream_;
  Size size_{};
};

/// YUV4MPEG2, which `ffmpeg -f yuv4mpegpipe -` writes: size and rate stand in its header. Chroma of 4:2:0, 4:2:2, 4:4:4 or none, 8 bits,
/// in the colours of BT.601, of the full range where the header says so (XCOLORRANGE=FULL).
class Y4mSource final : public FrameSource {
 public:
  /// @param max_pixels  of a frame
  /// @throws Error(format) for another header, Error(unsupported) for other pixels, Error(limit) for larger frames
  explicit Y4mSource(ByteStream stream, std::int64_t max_pixels = ReadOptions().max_pixels);

  std::optional<Frame> next() override;
  std::string name() const override { return stream_.name(); }
  double rate() const override { return rate_; }

 private:
  std::string line();
  Image image_of(const std::vector<std::byte>& planes) const;

  ByteStream stream_;
  Size size_{};
  double rate_ = 25;
  int across_ = 2, down_ = 2;  ///< pixels that share a chroma value; 0: none
  bool full_range_ = false;
  std::vector<std::byte> bytes_;
  std::int64_t index_ = 0;
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/raw_frames_inl.hpp>
#endif
