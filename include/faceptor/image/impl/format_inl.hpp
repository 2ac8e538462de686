#pragma once

#include <algorithm>
#include <cctype>

#include <faceptor/image/bytes.hpp>
#include <faceptor/image/format.hpp>

namespace faceptor {
namespace detail {

/// The first bytes as lower-case text, without a byte order mark and leading white space.
FACEPTOR_INLINE std::string leading_text(std::span<const std::byte> bytes) {
  std::size_t at = has_bytes_at(bytes, 0, "\xEF\xBB\xBF") ? 3 : 0;
  while (at < bytes.size() && std::isspace(std::to_integer<unsigned char>(bytes[at])) != 0) ++at;
  std::string text;
  for (; at < bytes.size() && text.size() < 64; ++at) {
    text += static_cast<char>(std::tolower(std::to_integer<unsigned char>(bytes[at])));
  }
  return text;
}

FACEPTOR_INLINE bool is_plain_text(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 512)), [](std::byte b) {
    const auto c = std::to_integer<unsigned char>(b);
    return (c >= 0x20 && c != 0x7F) || c == '\n' || c == '\r' || c == '\t';
  });
}

/// ISO base media files (HEIC, AVIF, MP4) name their brand after "ftyp".
FACEPTOR_INLINE std::string describe_ftyp(std::span<const std::byte> bytes) {
  for (const auto* brand : {"heic", "heix", "heim", "heis", "hevc", "mif1", "msf1"}) {
    if (has_bytes_at(bytes, 8, brand)) return "a HEIC picture";
  }
  if (has_bytes_at(bytes, 8, "avif") || has_bytes_at(bytes, 8, "avis")) return "an AVIF picture";
  return "a video (MP4 or alike)";
}

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::jpeg: return "JPEG";
    case ImageFormat::png: return "PNG";
    case ImageFormat::bmp: return "BMP";
    case ImageFormat::gif: return "GIF";
    case ImageFormat::pnm: return "PNM";
    case ImageFormat::psd: return "PSD";
  }
  return "unknown";
}

FACEPTOR_INLINE std::optional<ImageFormat> sniff_format(std::span<const std::byte> bytes) {
  using detail::has_bytes_at;
  if (has_bytes_at(bytes, 0, "\xFF\xD8\xFF")) return ImageFormat::jpeg;
  if (has_bytes_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return ImageFormat::png;
  if (has_bytes_at(bytes, 0, "GIF87a") || has_bytes_at(bytes, 0, "GIF89a")) return ImageFormat::gif;
  if (has_bytes_at(bytes, 0, "8BPS")) return ImageFormat::psd;
  // Two letters are a weak mark: BMP has to hold its reserved zeros too, PNM a white space.
  if (has_bytes_at(bytes, 0, "BM") && has_bytes_at(bytes, 6, std::string_view("\0\0\0\0", 4))) return ImageFormat::bmp;
  if ((has_bytes_at(bytes, 0, "P5") || has_bytes_at(bytes, 0, "P6")) && bytes.size() > 2 &&
      std::isspace(std::to_integer<unsigned char>(bytes[2])) != 0) {
    return ImageFormat::pnm;
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::string describe_content(std::span<const std::byte> bytes) {
  using detail::has_bytes_at;
  struct Mark {
    std::size_t at;
    std::string_view bytes;
    const char* description;
  };
  static constexpr std::string_view kIcon("\0\0\1\0", 4), kJpeg2000("\0\0\0\x0CjP  ", 8), kJpegXl("\0\0\0\x0CJXL ", 8);
  static constexpr std::string_view kTiffLittle("II*\0", 4), kTiffBig("MM\0*", 4);
  static constexpr Mark kMarks[] = {
      {8, "WEBP", "a WebP picture"},
      {0, kTiffLittle, "a TIFF picture"},
      {0, kTiffBig, "a TIFF picture"},
      {0, kJpeg2000, "a JPEG 2000 picture"},
      {0, kJpegXl, "a JPEG XL picture"},
      {0, "\xFF\x0A", "a JPEG XL picture"},
      {0, kIcon, "an icon file"},
      {0, "#?RADIANCE", "a Radiance HDR picture"},
      {0, "%PDF", "a PDF document"},
      {0, "PK\3\4", "a zip archive"},
      {0, "\x1F\x8B", "a gzip archive"},
      {0, "\x89HDF", "an HDF5 file"},
      {0,
       "\x7F"
       "ELF",
       "a program"},
      {0, "\xFF\xD8", "the first bytes of a JPEG, cut off"},
      {0, "\x89PN", "a PNG with a damaged signature"},
  };
  if (bytes.empty()) return "an empty file";
  for (const auto& mark : kMarks) {
    if (has_bytes_at(bytes, mark.at, mark.bytes)) return mark.description;
  }
  if (has_bytes_at(bytes, 4, "ftyp")) return detail::describe_ftyp(bytes);

  const auto text = detail::leading_text(bytes);
  if (text.starts_with("version https://git-lfs")) return "a git-lfs pointer";
  if (text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head")) return "an HTML page";
  if (text.starts_with("<svg")) return "an SVG drawing";
  if (text.starts_with("<?xml")) return "an XML document";
  if (text.starts_with("{") || text.starts_with("[")) return "JSON or other text";
  return detail::is_plain_text(bytes) ? "plain text" : "an unknown kind of file";
}

}  // namespace faceptor
