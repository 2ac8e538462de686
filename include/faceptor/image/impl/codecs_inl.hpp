#pragma once

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/foreign_file.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE bool is_plain_text(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 512)), [](std::byte b) {
    const auto c = std::to_integer<unsigned char>(b);
    return (c >= 0x20 && c != 0x7F) || c == '\n' || c == '\r' || c == '\t';
  });
}

/// Bytes that a format has at a place in its files.
struct FileMark {
  std::size_t at = 0;
  std::string_view bytes;
};

/// A format of pictures that is known and not read.
struct UnreadPicture {
  const char* description;
  std::vector<std::string_view> ends;  ///< how its files' names end, in small letters
  std::vector<FileMark> marks;         ///< of which one suffices
};

/// The one list of them, by name and by content. The first one whose mark is found counts.
FACEPTOR_INLINE const std::vector<UnreadPicture>& unread_pictures() {
  using namespace std::string_view_literals;
  // ISO base media files name their brand after "ftyp".
  static const std::vector<UnreadPicture> pictures = {
      {"a HEIC picture",
       {".heic", ".heics", ".heif", ".heifs", ".hif"},
       {{4, "ftypheic"}, {4, "ftypheix"}, {4, "ftypheim"}, {4, "ftypheis"}, {4, "ftyphevc"}, {4, "ftypmif1"}, {4, "ftypmsf1"}}},
      {"an AVIF picture", {".avif", ".avifs"}, {{4, "ftypavif"}, {4, "ftypavis"}}},
      {"a camera's raw photo",
       {".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".orf", ".rw2", ".raf", ".pef",
        ".srw", ".x3f", ".3fr", ".erf", ".kdc", ".dcr", ".mef", ".mos", ".mrw", ".iiq", ".rwl", ".gpr", ".raw"},
       {{4, "ftypcrx "}, {8, "CR\2"}, {0, "IIRO"}, {0, "IIRS"}, {0, "IIU\0"sv}, {0, "FUJIFILMCCD-RAW"}}},
      {"a TIFF picture", {".tif", ".tiff"}, {{0, "II*\0"sv}, {0, "MM\0*"sv}}},
      {"a JPEG XL picture", {".jxl"}, {{0, "\0\0\0\x0CJXL "sv}, {0, "\xFF\x0A"}}},
      {"a JPEG 2000 picture", {".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"}, {{0, "\0\0\0\x0CjP  "sv}, {0, "\xFF\x4F\xFF\x51"}}},
      {"a JPEG XR picture", {".jxr", ".wdp", ".hdp"}, {{0, "II\xBC"}}},
      {"an OpenEXR picture", {".exr"}, {{0, "\x76\x2F\x31\x01"}}},
      {"a DICOM picture", {".dcm", ".dicom"}, {{128, "DICM"}}},
      {"a QOI picture", {".qoi"}, {{0, "qoif"}}},
      {"a PCX picture", {".pcx"}, {}},
      {"a Sun raster picture", {".ras"}, {{0, "\x59\xA6\x6A\x95"}}},
      {"a large Photoshop picture", {".psb"}, {}},
      {"a drawing's file", {".svg", ".svgz", ".eps", ".ai", ".wmf", ".emf", ".xcf", ".kra"}, {}},
      {"an X picture", {".xbm", ".xpm"}, {}},
      {"a TGA picture", {".tga"}, {}},
      {"a PBM or PAM picture", {".pbm", ".pam"}, {{0, "P4\n"}, {0, "P4 "}, {0, "P7\n"}}},
      {"an icon file", {".ico"}, {{0, "\0\0\1\0"sv}}},
      {"a Radiance HDR picture", {".hdr"}, {{0, "#?RADIANCE"}}},
  };
  return pictures;
}

FACEPTOR_INLINE const UnreadPicture* unread_picture(std::span<const std::byte> bytes) {
  for (const auto& picture : unread_pictures()) {
    const auto stands = [&](const FileMark& mark) { return files::has_bytes_at(bytes, mark.at, mark.bytes); };
    if (std::ranges::any_of(picture.marks, stands)) return &picture;
  }
  return nullptr;
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
    case ImageFormat::webp: return "WebP";
  }
  return "unknown";
}

FACEPTOR_INLINE std::string name_end(const std::filesystem::path& path) {
  auto end = path.extension().string();
  for (auto& c : end) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return end;
}

FACEPTOR_INLINE bool has_picture_name(const std::filesystem::path& path) {
  // The last ones of the first line are JPEGs of several pictures, of which the first is read; .apng is a PNG, .dib a BMP.
  static constexpr std::array<std::string_view, 19> kEnds = {".jpg", ".jpeg", ".jpe", ".jfif", ".jif",  ".jfi", ".mpo",
                                                             ".jps", ".insp", ".png", ".apng", ".webp", ".bmp", ".dib",
                                                             ".gif", ".ppm",  ".pgm", ".pnm",  ".psd"};
  return std::ranges::find(kEnds, name_end(path)) != kEnds.end();
}

FACEPTOR_INLINE bool has_unread_picture_name(const std::filesystem::path& path) {
  const auto end = name_end(path);
  return std::ranges::any_of(detail::unread_pictures(),
                             [&](const auto& kind) { return std::ranges::find(kind.ends, end) != kind.ends.end(); });
}

FACEPTOR_INLINE bool is_hidden_name(std::string_view name) {
  return name.starts_with('.') || name == "__MACOSX" || name == "@eaDir" || name == "#recycle" || name == "$RECYCLE.BIN" ||
         name == "System Volume Information";
}

FACEPTOR_INLINE std::optional<ImageFormat> sniff_format(std::span<const std::byte> bytes) {
  using files::has_bytes_at;
  if (has_bytes_at(bytes, 0, "\xFF\xD8\xFF")) return ImageFormat::jpeg;
  if (has_bytes_at(bytes, 0, "\x89PNG\r\n\x1A\n")) return ImageFormat::png;
  if (has_bytes_at(bytes, 0, "GIF87a") || has_bytes_at(bytes, 0, "GIF89a")) return ImageFormat::gif;
  if (has_bytes_at(bytes, 0, "8BPS")) return ImageFormat::psd;
  if (has_bytes_at(bytes, 0, "RIFF") && has_bytes_at(bytes, 8, "WEBP")) return ImageFormat::webp;
  // Two letters are a weak mark: BMP has to hold its reserved zeros too, PNM a white space.
  if (has_bytes_at(bytes, 0, "BM") && has_bytes_at(bytes, 6, std::string_view("\0\0\0\0", 4))) return ImageFormat::bmp;
  if ((has_bytes_at(bytes, 0, "P5") || has_bytes_at(bytes, 0, "P6")) && bytes.size() > 2 &&
      std::isspace(std::to_integer<unsigned char>(bytes[2])) != 0) {
    return ImageFormat::pnm;
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::string describe_content(std::span<const std::byte> bytes) {
  using files::has_bytes_at;
  struct Kind {
    std::string_view mark;
    const char* description;
  };
  static constexpr Kind kKinds[] = {
      {"%PDF", "a PDF document"},
      {"PK\3\4", "a zip archive"},
      {"\x1F\x8B", "a gzip archive"},
      {"\x89HDF", "an HDF5 file"},
      {"\x7F"
       "ELF",
       "a program"},
      {"\xFF\xD8", "the first bytes of a JPEG, cut off"},
      {"\x89PN", "a PNG with a damaged signature"},
      {"RIFF", "a sound, a video or the first bytes of a WebP (RIFF)"},
  };
  if (bytes.empty()) return "an empty file";
  if (const auto* picture = detail::unread_picture(bytes)) return picture->description;
  for (const auto& kind : kKinds) {
    if (has_bytes_at(bytes, 0, kind.mark)) return kind.description;
  }
  if (has_bytes_at(bytes, 4, "ftyp")) return "a video (MP4 or alike)";

  const auto text = files::leading_text(bytes, 64);
  if (text.starts_with("version https://git-lfs")) return "a git-lfs pointer";
  if (text.starts_with("<!doctype html") || text.starts_with("<html") || text.starts_with("<head")) return "an HTML page";
  if (text.starts_with("<svg")) return "an SVG drawing";
  if (text.starts_with("<?xml")) return "an XML document";
  if (text.starts_with("{") || text.starts_with("[")) return "JSON or other text";
  return detail::is_plain_text(bytes) ? "plain text" : "an unknown kind of file";
}

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
    const std::size_t length = *files::number_at<std::uint16_t>(file, at + 2, std::endian::big);
    if (length < 2 || file.size() - at - 2 < length) return {};
    const auto segment = file.subspan(at + 4, length - 2);
    // Another APP1 holds XMP, which begins with a web address.
    if (marker == 0xE1 && files::has_bytes_at(segment, 0, std::string_view("Exif\0", 5)) && segment.size() > 6) return segment.subspan(6);
    at += 2 + length;
  }
  return {};
}

FACEPTOR_INLINE std::span<const std::byte> find_exif_in_png(std::span<const std::byte> file) {
  std::size_t at = 8;
  while (at + 12 <= file.size()) {
    const std::size_t length = *files::number_at<std::uint32_t>(file, at, std::endian::big);
    if (file.size() - at - 12 < length) return {};
    if (files::has_bytes_at(file, at + 4, "eXIf")) {
      const auto* checked = reinterpret_cast<const Bytef*>(file.data() + at + 4);
      const auto crc = static_cast<std::uint32_t>(crc32(0L, checked, static_cast<uInt>(length + 4)));
      return crc == files::number_at<std::uint32_t>(file, at + 8 + length, std::endian::big) ? file.subspan(at + 8, length)
                                                                                             : std::span<const std::byte>{};
    }
    at += 12 + length;
  }
  return {};
}

FACEPTOR_INLINE std::span<const std::byte> find_exif_in_webp(std::span<const std::byte> file) {
  const auto block = find_webp_chunk(file, "EXIF").value_or(std::span<const std::byte>{});
  // Some writers put a JPEG's segment in, with its name.
  return files::has_bytes_at(block, 0, std::string_view("Exif\0\0", 6)) ? block.subspan(6) : block;
}

}  // namespace detail

FACEPTOR_INLINE int exif_orientation(std::span<const std::byte> tiff) {
  using files::number_at;
  constexpr std::uint16_t kOrientation = 0x0112;
  const bool little = files::has_bytes_at(tiff, 0, std::string_view("II*\0", 4));
  if (!little && !files::has_bytes_at(tiff, 0, std::string_view("MM\0*", 4))) return 1;
  const auto order = little ? std::endian::little : std::endian::big;
  const auto directory = number_at<std::uint32_t>(tiff, 4, order);
  if (!directory) return 1;
  const auto entries = number_at<std::uint16_t>(tiff, *directory, order);
  if (!entries) return 1;
  for (std::size_t i = 0; i < *entries; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + i * 12;
    const auto tag = number_at<std::uint16_t>(tiff, entry, order);
    if (!tag) return 1;
    if (*tag != kOrientation) continue;
    // The standard says SHORT; some writers say BYTE or LONG, with or without a sign.
    const auto type = number_at<std::uint16_t>(tiff, entry + 2, order).value_or(0);
    std::optional<std::uint32_t> value;
    if (type == 1 || type == 6) value = number_at<std::uint8_t>(tiff, entry + 8, order);
    if (type == 3 || type == 8) value = number_at<std::uint16_t>(tiff, entry + 8, order);
    if (type == 4 || type == 9) value = number_at<std::uint32_t>(tiff, entry + 8, order);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
  }
  return 1;
}

FACEPTOR_INLINE std::span<const std::byte> find_exif(std::span<const std::byte> file) {
  const auto format = sniff_format(file);
  if (format == ImageFormat::jpeg) return detail::find_exif_in_jpeg(file);
  if (format == ImageFormat::png) return detail::find_exif_in_png(file);
  if (format == ImageFormat::webp) return detail::find_exif_in_webp(file);
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

namespace faceptor::detail {

FACEPTOR_INLINE Error image_error(ErrorCode code, std::string_view summary, std::string_view name) {
  return Error(code, "image: " + std::string(summary)).where(std::string(name));
}

FACEPTOR_INLINE Error damaged_image(std::string_view format, std::string_view name, std::string_view reason) {
  return image_error(ErrorCode::format, "the " + std::string(format) + " is damaged or cut off", name).found(fmt::format("\"{}\"", reason));
}

FACEPTOR_INLINE Error no_memory_for(std::string_view format, std::string_view name) {
  return image_error(ErrorCode::limit, "the " + std::string(format) + " needs more memory than there is", name);
}

FACEPTOR_INLINE Image over_white(int width, int height, std::span<const std::uint8_t> rgba) {
  Image out(width, height);
  if (rgba.size() / 4 * 3 != out.pixels().size()) throw Error(ErrorCode::argument, "image: the number of RGBA bytes doesn't fit the sides");
  auto* target = out.pixels().data();
  for (std::size_t i = 0; i < rgba.size(); i += 4) {
    const int alpha = rgba[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      *target++ = static_cast<std::uint8_t>((rgba[i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
  return out;
}

}  // namespace faceptor::detail
