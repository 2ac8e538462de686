#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/frame_source.hpp>
#include <faceptor/video/output_stream.hpp>

namespace faceptor::video {

/// Cuts a stream of JPEGs, one behind the other, into its pictures. What lies between them, such as the headers that webcams send over
/// HTTP, is left out. Any bytes are safe; a picture that lacks its end is cut off where the next one begins;
/// one that is cut within its header may take the beginning of the next along, and both are lost.
class MjpegSplitter {
 public:
  /// @param max_bytes  of one picture: a longer one is cut off there
  explicit MjpegSplitter(std::size_t max_bytes = std::size_t{64} << 20) : max_bytes_(max_bytes) {}

  /// More of the stream.
  void feed(std::span<const std::byte> bytes);
  /// The next picture; nothing until more is fed.
  std::optional<std::vector<std::byte>> next();
  /// The stream has ended: what is there of a last picture, which lacks its end.
  std::optional<std::vector<std::byte>> end();

 private:
  bool find_begin();
  std::vector<std::byte> take(std::size_t count);

  std::size_t max_bytes_;
  std::vector<std::byte> bytes_;  ///< begins with the picture, once that is found
  std::size_t scanned_ = 0;       ///< the place up to which no end was found
  bool inside_ = false;           ///< of a picture
};

/// The JPEGs of a file or pipe.
class MjpegSource final : public FrameSource {
 public:
  /// @param rate  frames a second, which such a stream doesn't say
  explicit MjpegSource(ByteStream stream, double rate = 25, ReadOptions options = {});

  std::optional<Frame> next() override;
  std::string name() const override { return stream_.name(); }
  double rate() const override { return rate_; }

 private:
  ByteStream stream_;
  double rate_;
  ReadOptions options_;
  MjpegSplitter splitter_;
  std::int64_t index_ = 0;
  bool ended_ = false;
};

/// Writes JPEGs one behind the other: `ffplay FILE` shows them.
class MjpegSink final : public FrameSink {
 public:
  /// @param comment  a JPEG comment that each picture gets, if not empty
  explicit MjpegSink(OutputStream stream, int quality = 90, std::string comment = {});

  void write(const Image& image) override;
  void finish() override { stream_.finish(); }

 private:
  OutputStream stream_;
  int quality_;
  std::string comment_;
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/mjpeg_inl.hpp>
#endif
