#pragma once

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE std::string read_image_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  return files::read_file(path, "image: the picture", max_bytes);
}

FACEPTOR_INLINE StoredSize stored_size(std::span<const std::byte> bytes, ImageFormat format, std::string_view name) {
  switch (format) {
    case ImageFormat::jpeg: return jpeg_size(bytes, name);
    case ImageFormat::png: return png_size(bytes, name);
    case ImageFormat::pnm: return pnm_size(bytes, name);
    case ImageFormat::webp: return webp_size(bytes, name);
    case ImageFormat::psd: return psd_size(bytes, name);
    default: return stb_size(bytes, format, name);
  }
}

FACEPTOR_INLINE Image decode_stored(std::span<const std::byte> bytes, ImageFormat format, StoredSize size, const ReadOptions& options,
                                    std::string_view name) {
  switch (format) {
    case ImageFormat::jpeg: return decode_jpeg(bytes, size, options, name);
    case ImageFormat::png: return decode_png(bytes, size, options, name);
    case ImageFormat::pnm: return decode_pnm(bytes, size, options, name);
    case ImageFormat::webp: return decode_webp(bytes, size, options, name);
    case ImageFormat::psd: return decode_psd(bytes, size, options, name);
    default: return decode_stb(bytes, format, size, options, name);
  }
}

/// From where a JPEG begins behind stray bytes, such as the headers between the frames of a webcam's stream; else all of the file.
FACEPTOR_INLINE std::span<const std::byte> without_stray_bytes(std::span<const std::byte> bytes) {
  if (sniff_format(bytes) || unread_picture(bytes) != nullptr) return bytes;
  constexpr std::size_t kMost = 1024;
  static constexpr std::array<std::byte, 3> kStart{std::byte{0xFF}, std::byte{0xD8}, std::byte{0xFF}};
  const auto start = bytes.first(std::min(bytes.size(), kMost + kStart.size()));
  const auto found = std::search(start.begin(), start.end(), kStart.begin(), kStart.end());
  return found == start.end() ? bytes : bytes.subspan(static_cast<std::size_t>(found - start.begin()));
}

FACEPTOR_INLINE ImageFormat readable_format(std::span<const std::byte> bytes, std::string_view name) {
  if (bytes.empty()) throw image_error(ErrorCode::format, "the file is empty", name).expected(kFormatsRead);
  const auto format = sniff_format(bytes);
  if (!format) {
    auto error = image_error(ErrorCode::unsupported, "this is not a picture that can be read", name)
                     .expected(kFormatsRead)
                     .found("what looks like " + describe_content(bytes));
    throw unread_picture(bytes) != nullptr ? error.hint(std::string("convert it first: ") + kConvertCommand) : error;
  }
  return *format;
}

/// The header's size, after it was held against the cap: nothing of that size has been allocated yet.
FACEPTOR_INLINE StoredSize capped_size(std::span<const std::byte> bytes, ImageFormat format, const ReadOptions& options,
                                       std::string_view name) {
  if (bytes.size() > options.max_bytes) {
    throw image_error(ErrorCode::limit, "the file is larger than the cap", name)
        .expected("at most " + std::to_string(options.max_bytes) + " bytes")
        .found(std::to_string(bytes.size()));
  }
  const auto size = stored_size(bytes, format, name);
  constexpr std::uint32_t kLongestSide = 1u << 24;
  const auto pixels = std::uint64_t{size.width} * size.height;
  if (size.width > kLongestSide || size.height > kLongestSide ||
      pixels > static_cast<std::uint64_t>(std::max<std::int64_t>(options.max_pixels, 0))) {
    throw image_error(ErrorCode::limit, "the picture has more pixels than the cap", name)
        .expected("at most " + std::to_string(options.max_pixels))
        .found(std::to_string(size.width) + "x" + std::to_string(size.height))
        .hint("the option \"max-pixels\" raises it");
  }
  return size;
}

}  // namespace detail

FACEPTOR_INLINE Image decode_image(std::span<const std::byte> file, const ReadOptions& options, std::string_view name) {
  const auto bytes = detail::without_stray_bytes(file);
  if (const auto stray = file.size() - bytes.size(); stray > 0) {
    log(LogLevel::warning, fmt::format("image: the JPEG is read though {} stray bytes stand before it ({})", stray, name));
  }
  const auto format = detail::readable_format(bytes, name);
  const auto size = detail::capped_size(bytes, format, options, name);
  try {
    auto image = detail::decode_stored(bytes, format, size, options, name);
    return options.apply_orientation ? upright(std::move(image), exif_orientation(find_exif(bytes))) : image;
  } catch (const std::bad_alloc&) {
    throw detail::image_error(ErrorCode::limit, "the picture needs more memory than there is", name)
        .found(std::to_string(size.width) + "x" + std::to_string(size.height));
  }
}

FACEPTOR_INLINE Image read_image(const std::filesystem::path& path, const ReadOptions& options) {
  const auto bytes = detail::read_image_file(path, options.max_bytes);
  return decode_image(std::as_bytes(std::span(bytes)), options, path.string());
}

FACEPTOR_INLINE ImageInfo probe_image(std::span<const std::byte> file, const ReadOptions& options, std::string_view name) {
  const auto bytes = detail::without_stray_bytes(file);
  ImageInfo info;
  info.format = detail::readable_format(bytes, name);
  const auto size = detail::capped_size(bytes, info.format, options, name);
  info.width = static_cast<int>(size.width);
  info.height = static_cast<int>(size.height);
  info.orientation = exif_orientation(find_exif(bytes));
  if (options.apply_orientation && info.orientation >= 5) std::swap(info.width, info.height);
  return info;
}

FACEPTOR_INLINE ImageInfo probe_image(const std::filesystem::path& path, const ReadOptions& options) {
  const auto bytes = detail::read_image_file(path, options.max_bytes);
  return probe_image(std::as_bytes(std::span(bytes)), options, path.string());
}

}  // namespace faceptor
