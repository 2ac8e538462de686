#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <faceptor/core/error.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/image.hpp>

/// Reading pictures that may be malformed.
///
///     auto photo = faceptor::read_image("photo.jpg");
///
/// JPEG (libjpeg-turbo; grey, CMYK, progressive), PNG (libspng; every colour type), WebP (libwebp; an animation's first frame), binary
/// PNM, PSD (the picture of all layers), and BMP and GIF (first frame; stb_image). The bytes decide what a file is, not its name. Sizes are checked before memory is taken for them.
namespace faceptor {

/// How a picture is read.
struct ReadOptions {
  /// Turn the picture as its EXIF orientation says. Off for data sets whose labels belong to the pixels as stored: PIL doesn't turn.
  bool apply_orientation = true;
  /// Take a picture whose data are damaged or cut off after its header; what is missing stays grey or black. A JPEG that lacks only its
  /// end marker, or has a few stray bytes before a marker, as webcams write them, is read anyway, with a warning (core/log.hpp).
  bool lenient = false;
  /// The most pixels (width x height) a picture may have.
  std::int64_t max_pixels = 64'000'000;
  /// The most bytes a file may have.
  std::uint64_t max_bytes = std::uint64_t{256} << 20;
};

/// What a picture's header says.
struct ImageInfo {
  int width = 0;   ///< pixels, after the turn if the options ask for it: the size `read_image` gives
  int height = 0;  ///< likewise
  ImageFormat format = ImageFormat::jpeg;
  int orientation = 1;  ///< EXIF orientation, 1..8
};

/// Reads a picture as 8-bit RGB.
///
/// Grey is repeated, 16 bits keep their upper 8, transparent pixels are laid over white. CMYK goes to RGB by the simple product,
/// without a colour profile; other colour profiles and PNG's gamma are not applied either.
/// @throws Error(io)           it can't be opened or read, or is a folder
/// @throws Error(limit)        it is larger than the options allow
/// @throws Error(unsupported)  it is no picture, or of a format or kind that is not read; says what it looks like
/// @throws Error(format)       it is empty, damaged or cut off
Image read_image(const std::filesystem::path& path, const ReadOptions& options = {});

/// The same for a file's bytes. @param name  what to call them in errors
Image decode_image(std::span<const std::byte> bytes, const ReadOptions& options = {}, std::string_view name = "memory");

/// Size and format without decoding. @throws Error as `read_image` does for what the header shows.
ImageInfo probe_image(const std::filesystem::path& path, const ReadOptions& options = {});

/// The same for a file's bytes.
ImageInfo probe_image(std::span<const std::byte> bytes, const ReadOptions& options = {}, std::string_view name = "memory");

namespace detail {

/// All bytes of a file. @throws Error(io), Error(limit)
std::string read_image_file(const std::filesystem::path& path, std::uint64_t max_bytes);

}  // namespace detail
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/codecs_inl.hpp>
#include <faceptor/image/impl/jpeg_inl.hpp>
#include <faceptor/image/impl/png_inl.hpp>
#include <faceptor/image/impl/pnm_inl.hpp>
#include <faceptor/image/impl/psd_inl.hpp>
#include <faceptor/image/impl/read_inl.hpp>
#include <faceptor/image/impl/stb_inl.hpp>
#include <faceptor/image/impl/webp_inl.hpp>
#endif
