#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <turbojpeg.h>

#include <faceptor/core/log.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::detail {

/// What the markers before the picture's data say.
struct JpegHeader {
  StoredSize size;
  unsigned components = 0;
  bool adobe = false;        ///< an Adobe marker: four-colour samples are then stored inverted
  bool progressive = false;  ///< the picture comes in several scans, from coarse to fine
  bool one_scan = false;     ///< the first scan has all of it
};

FACEPTOR_INLINE Error cut_off_jpeg_header(std::string_view name) {
  return image_error(ErrorCode::format, "the JPEG ends before its size is given", name).hint("the file is cut off or damaged");
}

/// SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share the range.
FACEPTOR_INLINE bool is_frame_marker(unsigned marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

FACEPTOR_INLINE void read_jpeg_frame(std::span<const std::byte> segment, unsigned marker, JpegHeader& header, std::string_view name) {
  if (segment.size() < 6) throw cut_off_jpeg_header(name);
  if (marker == 0xC3 || (marker >= 0xC5 && marker <= 0xC7) || marker == 0xCB || marker >= 0xCD) {
    throw image_error(ErrorCode::unsupported, "a lossless or hierarchical JPEG is not read", name);
  }
  if (const auto precision = std::to_integer<unsigned>(segment[0]); precision != 8) {
    throw image_error(ErrorCode::unsupported, "the JPEG's samples are not 8 bits wide", name).found(std::to_string(precision) + " bits");
  }
  header.size.height = *files::number_at<std::uint16_t>(segment, 1, std::endian::big);
  header.size.width = *files::number_at<std::uint16_t>(segment, 3, std::endian::big);
  header.components = std::to_integer<unsigned>(segment[5]);
  header.progressive = marker == 0xC2 || marker == 0xCA;
}

/// Walks the markers itself: TurboJPEG's own header call refuses uncommon chroma subsamplings that its decoder reads well.
FACEPTOR_INLINE JpegHeader read_jpeg_header(std::span<const std::byte> bytes, std::string_view name) {
  JpegHeader header;
  bool frame_seen = false;
  std::size_t at = 2;
  for (;;) {
    while (at < bytes.size() && bytes[at] != std::byte{0xFF}) ++at;
    while (at < bytes.size() && bytes[at] == std::byte{0xFF}) ++at;
    if (at >= bytes.size()) break;
    const auto marker = std::to_integer<unsigned>(bytes[at++]);
    if (marker == 0xDA) header.one_scan = !header.progressive && files::number_at<std::uint8_t>(bytes, at + 2) == header.components;
    if (marker == 0xD9 || marker == 0xDA) break;
    if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;
    const auto length = files::number_at<std::uint16_t>(bytes, at, std::endian::big);
    if (!length || *length < 2 || bytes.size() - at < *length) break;
    const auto segment = bytes.subspan(at + 2, *length - 2);
    if (is_frame_marker(marker) && !frame_seen) {
      read_jpeg_frame(segment, marker, header, name);
      frame_seen = true;
    }
    if (marker == 0xEE && files::has_bytes_at(segment, 0, "Adobe")) header.adobe = true;
    at += *length;
  }
  if (!frame_seen) throw cut_off_jpeg_header(name);
  if (header.size.width == 0 || header.size.height == 0) throw image_error(ErrorCode::format, "the JPEG has a side of zero pixels", name);
  constexpr std::uint32_t kLongestSide = 65500;  // libjpeg's JPEG_MAX_DIMENSION
  if (header.size.width > kLongestSide || header.size.height > kLongestSide) {
    throw image_error(ErrorCode::unsupported, "a JPEG with a side of more than 65500 pixels is not read", name)
        .found(fmt::format("{}x{}", header.size.width, header.size.height));
  }
  return header;
}

FACEPTOR_INLINE StoredSize jpeg_size(std::span<const std::byte> bytes, std::string_view name) { return read_jpeg_header(bytes, name).size; }

/// R = (255 - C)(255 - K) / 255, and so on.
FACEPTOR_INLINE Image cmyk_to_rgb(int width, int height, std::span<const std::uint8_t> cmyk, bool inverted) {
  Image out(width, height);
  auto* target = out.pixels().data();
  const int flip = inverted ? 0 : 255;
  for (std::size_t i = 0; i + 3 < cmyk.size(); i += 4) {
    const int light = cmyk[i + 3] ^ flip;
    for (std::size_t c = 0; c < 3; ++c) *target++ = static_cast<std::uint8_t>(((cmyk[i + c] ^ flip) * light + 127) / 255);
  }
  return out;
}

/// How TurboJPEG took the data of a picture.
struct JpegOutcome {
  bool sound = false, usable = false;
  std::string reason;  ///< its first warning, or its error
};

FACEPTOR_INLINE JpegOutcome decompress_jpeg(std::span<const std::byte> bytes, StoredSize size, int format, std::span<std::uint8_t> pixels,
                                            std::string_view name) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), &tjDestroy);
  if (!decoder) throw no_memory_for("JPEG", name);
  // The scan limit keeps a small progressive file from keeping the decoder busy for minutes.
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int failed = tjDecompress2(decoder.get(), data, static_cast<unsigned long>(bytes.size()), pixels.data(),
                                   static_cast<int>(size.width), 0, static_cast<int>(size.height), format, kFlags);
  if (failed == 0) return {true, true, {}};
  const std::string reason = tjGetErrorStr2(decoder.get());
  // It has no code of its own.
  if (reason.starts_with("Insufficient memory") || reason.find("Memory allocation failure") != std::string::npos) {
    throw no_memory_for("JPEG", name);
  }
  return {false, tjGetErrorCode(decoder.get()) == TJERR_WARNING, reason};
}

/// "Corrupt JPEG data: 2 extraneous bytes before marker 0xd5", of few bytes: many webcams write them.
FACEPTOR_INLINE bool is_stray_bytes(std::string_view warning) {
  constexpr std::string_view kStray = "Corrupt JPEG data: ", kBefore = " extraneous bytes before marker";
  constexpr int kMost = 16;
  if (!warning.starts_with(kStray) || warning.find(kBefore) == std::string_view::npos) return false;
  int count = 0;
  const auto* begin = warning.data() + kStray.size();
  const auto [end, failed] = std::from_chars(begin, warning.data() + warning.size(), count);
  return failed == std::errc() && end != begin && count <= kMost;
}

/// Whether all of the picture is there, although the decoder warned: only its end marker is missing, or stray bytes stand before a marker.
/// Of a picture in several scans nobody knows how many there were.
/// @param pixels  decoded anew
FACEPTOR_INLINE bool is_whole_jpeg(std::span<const std::byte> bytes, const JpegHeader& header, int format, std::span<std::uint8_t> pixels,
                                   const std::string& reason, std::string_view name) {
  static constexpr std::array<std::byte, 2> kEnd{std::byte{0xFF}, std::byte{0xD9}};
  if (is_stray_bytes(reason)) return std::find_end(bytes.begin(), bytes.end(), kEnd.begin(), kEnd.end()) != bytes.end();
  if (!header.one_scan || reason != "Premature end of JPEG file") return false;
  std::vector<std::byte> ended(bytes.begin(), bytes.end());
  ended.insert(ended.end(), kEnd.begin(), kEnd.end());
  return decompress_jpeg(ended, header.size, format, pixels, name).sound;
}

FACEPTOR_INLINE Image decode_jpeg(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name) {
  const auto header = read_jpeg_header(bytes, name);
  const int width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  const bool four_colours = header.components == 4;
  const int format = four_colours ? TJPF_CMYK : TJPF_RGB;
  std::vector<std::uint8_t> pixels(std::size_t{size.width} * size.height * (four_colours ? 4 : 3));
  const auto outcome = decompress_jpeg(bytes, size, format, pixels, name);
  if (!outcome.sound) {
    auto error = damaged_image("JPEG", name, outcome.reason);
    if (!outcome.usable) throw error;
    if (!options.lenient && !is_whole_jpeg(bytes, header, format, pixels, outcome.reason, name)) throw error.hint(kLenientHint);
    log(LogLevel::warning, fmt::format("image: the JPEG is read though it is not sound ({}): \"{}\"", name, outcome.reason));
  }
  if (four_colours) return cmyk_to_rgb(width, height, pixels, header.adobe);
  return Image(width, height, std::move(pixels));
}

}  // namespace faceptor::detail
