#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <zlib.h>

#include <faceptor/core/error.hpp>
#include <faceptor/image/bytes.hpp>
#include <faceptor/image/exif.hpp>
#include <faceptor/image/format.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::span<const std::byte> find_exif_in_jpeg(std::span<const std::byte> file) {
  std::size_t at = 2;
  while (at + 4 <= file.size()) {
    if (file[at] != std::byte{0xFF}) return {};
    const auto marker = std::to_integer<unsigned>(file[at + 1]);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
      at += 2;
      continue;
    }
    if (marker == 0xD9 || marker == 0xDA) return {};
    const std::size_t length = *read_number(file, at + 2, 2, false);
    if (length < 2 || file.size() - at - 2 < length) return {};
    const auto segment = file.subspan(at + 4, length - 2);
    // Another APP1 holds XMP, which begins with a web address.
    if (marker == 0xE1 && has_bytes_at(segment, 0, std::string_view("Exif\0", 5)) && segment.size() > 6) return segment.subspan(6);
    at += 2 + length;
  }
  return {};
}

FACEPTOR_INLINE std::span<const std::byte> find_exif_in_png(std::span<const std::byte> file) {
  std::size_t at = 8;
  while (at + 12 <= file.size()) {
    const std::size_t length = *read_number(file, at, 4, false);
    if (file.size() - at - 12 < length) return {};
    if (has_bytes_at(file, at + 4, "eXIf")) {
      const auto* checked = reinterpret_cast<const Bytef*>(file.data() + at + 4);
      const auto crc = static_cast<std::uint32_t>(crc32(0L, checked, static_cast<uInt>(length + 4)));
      return crc == *read_number(file, at + 8 + length, 4, false) ? file.subspan(at + 8, length) : std::span<const std::byte>{};
    }
    at += 12 + length;
  }
  return {};
}

}  // namespace detail

FACEPTOR_INLINE int exif_orientation(std::span<const std::byte> tiff) {
  using detail::read_number;
  constexpr std::uint32_t kOrientation = 0x0112, kShort = 3;
  const bool little = detail::has_bytes_at(tiff, 0, std::string_view("II*\0", 4));
  if (!little && !detail::has_bytes_at(tiff, 0, std::string_view("MM\0*", 4))) return 1;
  const auto directory = read_number(tiff, 4, 4, little);
  if (!directory) return 1;
  const auto entries = read_number(tiff, *directory, 2, little);
  if (!entries) return 1;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + i * 12;
    const auto tag = read_number(tiff, entry, 2, little);
    if (!tag) return 1;
    if (*tag != kOrientation) continue;
    const auto type = read_number(tiff, entry + 2, 2, little);
    const auto value = read_number(tiff, entry + 8, 2, little);
    return type == kShort && value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

FACEPTOR_INLINE std::span<const std::byte> find_exif(std::span<const std::byte> file) {
  const auto format = sniff_format(file);
  if (format == ImageFormat::jpeg) return detail::find_exif_in_jpeg(file);
  if (format == ImageFormat::png) return detail::find_exif_in_png(file);
  return {};
}

FACEPTOR_INLINE Image upright(Image image, int orientation) {
  if (orientation < 1 || orientation > 8) {
    throw Error(ErrorCode::argument, "image: not an EXIF orientation").expected("1 to 8").found(std::to_string(orientation));
  }
  if (orientation == 1) return image;
  const bool transposed = orientation >= 5;
  const int w = image.width(), h = image.height();
  Image out(transposed ? h : w, transposed ? w : h);
  // Where the pixel of the stored picture's column x, row y goes.
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  for (int y = 0; y < h; ++y) {
    const int v = from_bottom ? h - 1 - y : y;
    for (int x = 0; x < w; ++x) {
      const int u = from_right ? w - 1 - x : x;
      const auto* source = image.at(x, y);
      auto* target = transposed ? out.at(v, u) : out.at(u, v);
      target[0] = source[0], target[1] = source[1], target[2] = source[2];
    }
  }
  return out;
}

}  // namespace faceptor
