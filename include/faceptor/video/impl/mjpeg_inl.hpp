#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include <faceptor/image/write.hpp>
#include <faceptor/video/mjpeg.hpp>

namespace faceptor::video {

namespace detail {

inline constexpr std::byte kMarker{0xFF}, kStartOfImage{0xD8}, kEndOfImage{0xD9};

/// Markers that stand alone or within a picture's data: a filled-in zero, restarts, fill bytes, TEM.
FACEPTOR_INLINE bool has_no_segment(std::byte code) {
  const auto value = std::to_integer<int>(code);
  return value <= 0x01 || value == 0xFF || (value >= 0xD0 && value <= 0xD7);
}

/// The frame of a JPEG's bytes, or of what is wrong with them.
FACEPTOR_INLINE Frame decoded_frame(std::span<const std::byte> bytes, const ReadOptions& options, const std::string& name,
                                    std::int64_t index, double rate) {
  Frame frame{.index = index, .time = static_cast<double>(index) / rate};
  try {
    frame.image = decode_image(bytes, options, name + ", frame " + std::to_string(index));
  } catch (const Error& error) {
    frame.error = error;
  }
  return frame;
}

}  // namespace detail

FACEPTOR_INLINE void MjpegSplitter::feed(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

/// Drops what lies before the next picture.
FACEPTOR_INLINE bool MjpegSplitter::find_begin() {
  constexpr std::array kBegin{detail::kMarker, detail::kStartOfImage};
  const auto begin = std::search(bytes_.begin(), bytes_.end(), kBegin.begin(), kBegin.end());
  const bool found = begin != bytes_.end();
  // A marker's first byte may be the last that is there.
  const bool half = !found && !bytes_.empty() && bytes_.back() == detail::kMarker;
  bytes_.erase(bytes_.begin(), half ? bytes_.end() - 1 : begin);
  scanned_ = 2;
  return found;
}

FACEPTOR_INLINE std::vector<std::byte> MjpegSplitter::take(std::size_t count) {
  const auto end = bytes_.begin() + static_cast<std::ptrdiff_t>(std::min(count, bytes_.size()));
  std::vector<std::byte> picture(bytes_.begin(), end);
  bytes_.erase(bytes_.begin(), end);
  inside_ = false;
  return picture;
}

FACEPTOR_INLINE std::optional<std::vector<std::byte>> MjpegSplitter::next() {
  if (!inside_) inside_ = find_begin();
  if (!inside_) return std::nullopt;
  for (;;) {
    if (scanned_ >= max_bytes_ && bytes_.size() >= max_bytes_) return take(max_bytes_);
    const auto from = bytes_.begin() + static_cast<std::ptrdiff_t>(std::min(scanned_, bytes_.size()));
    const auto marker = static_cast<std::size_t>(std::find(from, bytes_.end(), detail::kMarker) - bytes_.begin());
    scanned_ = std::max(scanned_, marker);
    if (marker + 1 >= bytes_.size()) return std::nullopt;
    const auto code = bytes_[marker + 1];
    if (code == detail::kEndOfImage) return take(marker + 2);
    if (code == detail::kStartOfImage) return take(marker);
    if (detail::has_no_segment(code)) {
      scanned_ = marker + (code == detail::kMarker ? 1 : 2);
      continue;
    }
    // A segment says how long it is: a thumbnail within it has an end of its own.
    if (marker + 3 >= bytes_.size()) return std::nullopt;
    const auto length = std::to_integer<std::size_t>(bytes_[marker + 2]) << 8 | std::to_integer<std::size_t>(bytes_[marker + 3]);
    scanned_ = marker + 2 + (length < 2 ? 0 : length);
  }
}

FACEPTOR_INLINE std::optional<std::vector<std::byte>> MjpegSplitter::end() {
  if (!inside_) return std::nullopt;
  return take(bytes_.size());
}

FACEPTOR_INLINE MjpegSource::MjpegSource(ByteStream stream, double rate, ReadOptions options)
    : stream_(std::move(stream)), rate_(rate), options_(std::move(options)) {
  if (!(rate > 0)) throw Error(ErrorCode::argument, "video: frames a second must be more than 0").found(std::to_string(rate));
}

FACEPTOR_INLINE std::optional<Frame> MjpegSource::next() {
  std::array<std::byte, 1 << 16> part{};
  while (!ended_) {
    auto picture = splitter_.next();
    if (!picture) {
      const auto count = stream_.read_some(part);
      splitter_.feed(std::span(part).first(count));
      ended_ = count == 0;
      if (ended_) picture = splitter_.end();
    }
    if (picture) return detail::decoded_frame(*picture, options_, name(), index_++, rate_);
  }
  return std::nullopt;
}

FACEPTOR_INLINE MjpegSink::MjpegSink(OutputStream stream, int quality, std::string comment)
    : stream_(std::move(stream)), quality_(quality), comment_(std::move(comment)) {}

FACEPTOR_INLINE void MjpegSink::write(const Image& image) {
  const auto encoded = encode_jpeg(image, quality_);
  const std::span<const std::byte> bytes = encoded;
  stream_.write(bytes.first(2));
  if (!comment_.empty()) {
    const auto length = std::min<std::size_t>(comment_.size(), 65533) + 2;
    const std::array head{detail::kMarker, std::byte{0xFE}, static_cast<std::byte>(length >> 8), static_cast<std::byte>(length & 0xFF)};
    stream_.write(head);
    stream_.write(std::as_bytes(std::span(comment_.data(), length - 2)));
  }
  stream_.write(bytes.subspan(2));
}

}  // namespace faceptor::video
