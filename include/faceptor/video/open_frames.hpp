#pragma once

#include <memory>
#include <optional>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/read.hpp>
#include <faceptor/video/byte_stream.hpp>
#include <faceptor/video/frame_source.hpp>

namespace faceptor::video {

/// What a source doesn't say of itself.
struct FrameOptions {
  std::optional<Size> size{};  ///< of raw RGB frames: such a stream doesn't say it
  double rate = 25;            ///< frames a second, where the source doesn't say it
  ReadOptions reading{};       ///< of pictures
};

/// What this library reads by itself: a folder or pattern of pictures, raw RGB where a size is given, a stream of JPEGs, or YUV4MPEG2; the
/// stream's first bytes decide. Null for anything else, which `ffmpeg::VideoSource` (faceptor::ffmpeg) may know.
/// @param stream  of what isn't a sequence; what was looked at stays in it
std::unique_ptr<FrameSource> open_frames(ByteStream& stream, const FrameOptions& options = {});

/// The same by name: a folder, a pattern, a file, or "-" for standard input.
/// @throws Error(unsupported) for a file of another kind; Error as the sources
std::unique_ptr<FrameSource> open_frames(const std::string& name, const FrameOptions& options = {});

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/open_frames_inl.hpp>
#endif
