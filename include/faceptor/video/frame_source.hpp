#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::video {

/// One picture of a video.
struct Frame {
  Image image{};
  std::int64_t index = 0;        ///< counted from 0
  double time = 0;               ///< seconds since the beginning
  std::optional<Error> error{};  ///< why there is no image: the frame is damaged, and the next one may be sound
};

/// What gives a video's frames, one after the other, and holds no more than one of them.
///
///     auto source = video::open_frames("frames/");
///     while (auto frame = source->next()) { ... }
class FrameSource {
 public:
  virtual ~FrameSource() = default;

  /// The next frame, or nothing at the end. One that can't be read comes with `error`, so that the others can be.
  /// @throws Error  where nothing can follow, such as a stream that isn't what it began as
  virtual std::optional<Frame> next() = 0;
  /// What it is called in messages and results.
  virtual std::string name() const = 0;
  /// Frames a second; 0 where that isn't known.
  virtual double rate() const = 0;
  /// How many frames there are in all, where that is known.
  virtual std::optional<std::int64_t> count() const { return std::nullopt; }
};

/// What takes a video's frames.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  /// @throws Error(argument) for a picture of another size than the first, where the format wants that; Error(io)
  virtual void write(const Image& image) = 0;
  /// Nothing follows: a file appears in its place only now. @throws Error(io)
  virtual void finish() = 0;
};

}  // namespace faceptor::video
