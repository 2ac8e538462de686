#pragma once

#include <string_view>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/video/image_sequence.hpp>
#include <faceptor/video/mjpeg.hpp>
#include <faceptor/video/open_frames.hpp>
#include <faceptor/video/raw_frames.hpp>

namespace faceptor::video {

FACEPTOR_INLINE std::unique_ptr<FrameSource> open_frames(ByteStream& stream, const FrameOptions& options) {
  if (options.size) return std::make_unique<RawSource>(std::move(stream), *options.size, options.rate);
  constexpr std::size_t kMark = 10;
  const auto begin = stream.peek(kMark);
  const std::string_view text(reinterpret_cast<const char*>(begin.data()), begin.size());
  if (text == "YUV4MPEG2 ") return std::make_unique<Y4mSource>(std::move(stream), options.reading.max_pixels);
  if (text.starts_with("\xFF\xD8\xFF")) return std::make_unique<MjpegSource>(std::move(stream), options.rate, options.reading);
  return nullptr;
}

FACEPTOR_INLINE std::unique_ptr<FrameSource> open_frames(const std::string& name, const FrameOptions& options) {
  if (names_sequence(name)) return std::make_unique<ImageSequence>(sequence_files(name), options.rate, options.reading, name);
  auto stream = ByteStream::open(name);
  auto source = open_frames(stream, options);
  if (source == nullptr) {
    const bool empty = stream.peek(1).empty();
    throw Error(empty ? ErrorCode::format : ErrorCode::unsupported,
                empty ? "video: the stream is empty" : "video: this is no video that is read")
        .where(stream.name())
        .expected("a folder or pattern of pictures, JPEGs one behind the other, YUV4MPEG2, or raw RGB of a given size")
        .hint("ffmpeg -i VIDEO -f mjpeg -q:v 2 - | ...");
  }
  return source;
}

}  // namespace faceptor::video
