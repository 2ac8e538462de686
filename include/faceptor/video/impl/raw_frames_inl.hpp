#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/video/raw_frames.hpp>

namespace faceptor::video {

namespace detail {

inline constexpr int kLongestSide = 16384;

FACEPTOR_INLINE void check_size(Size size, const std::string& name) {
  if (size.width >= 1 && size.height >= 1 && size.width <= kLongestSide && size.height <= kLongestSide) return;
  throw Error(ErrorCode::argument, "video: the size of a frame is out of range")
      .where(name)
      .expected(fmt::format("1x1 to {0}x{0} pixels", kLongestSide))
      .found(fmt::format("{}x{}", size.width, size.height));
}

FACEPTOR_INLINE Error cut_off(const std::string& name, std::int64_t frame, std::size_t found, std::size_t expected) {
  return Error(ErrorCode::format, "video: the last frame is cut off")
      .where(fmt::format("{}, frame {}", name, frame))
      .expected(fmt::format("{} bytes", expected))
      .found(fmt::format("{}", found));
}

/// A number of a header; 0 for what is none, or more than an int holds.
FACEPTOR_INLINE int header_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// Full-range colours of BT.601 from luma and chroma, with 16 bits behind the point.
struct YuvToRgb {
  explicit YuvToRgb(bool full_range) {
    const double stretch = full_range ? 1 : 255.0 / 219, chroma = full_range ? 1 : 255.0 / 224;
    luma = std::lround(65536 * stretch);
    black = full_range ? 0 : 16;
    red_v = std::lround(65536 * chroma * 1.402);
    green_u = std::lround(65536 * chroma * 0.344136);
    green_v = std::lround(65536 * chroma * 0.714136);
    blue_u = std::lround(65536 * chroma * 1.772);
  }
  void operator()(int y, int u, int v, std::uint8_t* rgb) const {
    const auto byte = [](long value) { return static_cast<std::uint8_t>(std::clamp((value + 32768) >> 16, 0L, 255L)); };
    const long light = luma * (y - black);
    rgb[0] = byte(light + red_v * (v - 128));
    rgb[1] = byte(light - green_u * (u - 128) - green_v * (v - 128));
    rgb[2] = byte(light + blue_u * (u - 128));
  }
  long luma, red_v, green_u, green_v, blue_u;
  int black;
};

}  // namespace detail

FACEPTOR_INLINE RawSource::RawSource(ByteStream stream, Size size, double rate, PixelFormat format)
    : stream_(std::move(stream)), size_(size), rate_(rate), format_(format) {
  detail::check_size(size, name());
  if (!(rate > 0)) throw Error(ErrorCode::argument, "video: frames a second must be more than 0").found(fmt::format("{}", rate));
  bytes_.resize(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
                static_cast<std::size_t>(bytes_per_pixel(format)));
}

FACEPTOR_INLINE std::optional<Frame> RawSource::next() {
  const auto count = stream_.read(bytes_);
  if (count == 0) return std::nullopt;
  Frame frame{.index = index_, .time = static_cast<double>(index_) / rate_};
  ++index_;
  if (count < bytes_.size()) {
    frame.error = detail::cut_off(name(), frame.index, count, bytes_.size());
  } else {
    frame.image = to_image(
        {.pixels = reinterpret_cast<const std::uint8_t*>(bytes_.data()), .width = size_.width, .height = size_.height, .format = format_});
  }
  return frame;
}

FACEPTOR_INLINE void RawSink::write(const Image& image) {
  const Size size{image.width(), image.height()};
  if (size_ == Size{}) size_ = size;
  if (size != size_) {
    throw Error(ErrorCode::argument, "video: a frame has another size than the first")
        .expected(fmt::format("{}x{}", size_.width, size_.height))
        .found(fmt::format("{}x{}", size.width, size.height));
  }
  stream_.write(std::as_bytes(image.pixels()));
}

/// Up to the line's end, which is not given.
FACEPTOR_INLINE std::string Y4mSource::line() {
  constexpr std::size_t kLongest = 1024;
  std::string text;
  for (std::byte byte{}; stream_.read(std::span(&byte, 1)) == 1;) {
    if (byte == std::byte{'\n'}) return text;
    text.push_back(static_cast<char>(byte));
    if (text.size() > kLongest) break;
  }
  if (!text.empty()) throw Error(ErrorCode::format, "video: a header of YUV4MPEG2 has no end").where(name());
  return text;
}

FACEPTOR_INLINE Y4mSource::Y4mSource(ByteStream stream, std::int64_t max_pixels) : stream_(std::move(stream)) {
  const auto words = text::split(line(), ' ');
  if (words[0] != "YUV4MPEG2") throw Error(ErrorCode::format, "video: this is no YUV4MPEG2").where(name());
  for (const auto& word : words) {
    if (word.size() < 2) continue;
    const auto value = word.substr(1);
    if (word[0] == 'W') size_.width = detail::header_number(value);
    if (word[0] == 'H') size_.height = detail::header_number(value);
    if (word == "XCOLORRANGE=FULL") full_range_ = true;
    if (const auto colon = value.find(':'); word[0] == 'F' && colon != std::string::npos) {
      const int above = detail::header_number(value.substr(0, colon)), below = detail::header_number(value.substr(colon + 1));
      if (above > 0 && below > 0) rate_ = static_cast<double>(above) / below;
    }
    if (word[0] != 'C') continue;
    if (value == "420" || value == "420jpeg" || value == "420mpeg2" || value == "420paldv") {
      across_ = down_ = 2;
    } else if (value == "422") {
      across_ = 2, down_ = 1;
    } else if (value == "444") {
      across_ = down_ = 1;
    } else if (value == "mono") {
      across_ = down_ = 0;
    } else {
      throw Error(ErrorCode::unsupported, "video: YUV4MPEG2 of these pixels isn't read")
          .where(name())
          .expected("C420, C422, C444 or Cmono, of 8 bits")
          .found(word)
          .hint("ffmpeg -pix_fmt yuv420p");
    }
  }
  if (size_.width < 1 || size_.height < 1) {
    throw Error(ErrorCode::format, "video: the header of YUV4MPEG2 says no size that a frame can have")
        .where(name())
        .expected("W and H, 1 or more pixels each")
        .found(fmt::format("{}x{}", size_.width, size_.height));
  }
  if (std::int64_t{size_.width} * size_.height > max_pixels) {
    throw Error(ErrorCode::limit, "video: a frame has more pixels than the cap")
        .where(name())
        .expected(fmt::format("at most {}", max_pixels))
        .found(fmt::format("{}x{}", size_.width, size_.height));
  }
  const auto width = static_cast<std::size_t>(size_.width), height = static_cast<std::size_t>(size_.height);
  const auto part = [](std::size_t side, int share) {
    return (side + static_cast<std::size_t>(share) - 1) / static_cast<std::size_t>(share);
  };
  bytes_.resize(width * height + (across_ == 0 ? 0 : 2 * part(width, across_) * part(height, down_)));
}

FACEPTOR_INLINE std::optional<Frame> Y4mSource::next() {
  if (stream_.peek(1).empty()) return std::nullopt;
  if (const auto header = line(); !header.starts_with("FRAME")) {
    throw Error(ErrorCode::format, "video: what follows a frame is no other one").where(fmt::format("{}, frame {}", name(), index_));
  }
  Frame frame{.index = index_, .time = static_cast<double>(index_) / rate_};
  ++index_;
  const auto count = stream_.read(bytes_);
  if (count < bytes_.size()) {
    frame.error = detail::cut_off(name(), frame.index, count, bytes_.size());
  } else {
    frame.image = image_of(bytes_);
  }
  return frame;
}

FACEPTOR_INLINE Image Y4mSource::image_of(const std::vector<std::byte>& planes) const {
  const detail::YuvToRgb convert(full_range_);
  Image image(size_.width, size_.height);
  const auto* luma = reinterpret_cast<const std::uint8_t*>(planes.data());
  const int across = std::max(across_, 1), down = std::max(down_, 1);
  const std::ptrdiff_t columns = (size_.width + across - 1) / across, rows = (size_.height + down - 1) / down;
  const auto* u_plane = luma + std::ptrdiff_t{size_.width} * size_.height;
  const auto* v_plane = u_plane + columns * rows;
  for (int y = 0; y < size_.height; ++y) {
    auto* out = image.at(0, y);
    for (int x = 0; x < size_.width; ++x, out += 3) {
      const auto at = (y / down) * columns + x / across;
      convert(luma[std::ptrdiff_t{y} * size_.width + x], across_ == 0 ? 128 : u_plane[at], across_ == 0 ? 128 : v_plane[at], out);
    }
  }
  return image;
}

}  // namespace faceptor::video
