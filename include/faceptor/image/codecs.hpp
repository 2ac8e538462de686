#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

/// The picture formats that are read. TGA is missing on purpose: it has no mark at its beginning to know it by.
enum class ImageFormat { jpeg, png, bmp, gif, pnm, psd, webp };

/// "JPEG", "PNG", ...
std::string_view to_string(ImageFormat format);

/// Whether a file's name ends as pictures of these formats do, in letters of either case: which files of a folder are tried.
bool has_picture_name(const std::filesystem::path& path);

/// How a file's name ends, in small letters: ".jpg".
std::string name_end(const std::filesystem::path& path);

/// Whether a file's name ends as pictures do of formats that are known and not read: HEIC, AVIF, TIFF, raw photos, ...
bool has_unread_picture_name(const std::filesystem::path& path);

/// Whether a file or folder of this name holds nobody's pictures: hidden ones, and what Macs, Windows and network drives leave behind.
bool is_hidden_name(std::string_view name);

/// The format of a file by its first bytes; a name's extension is never looked at. Nothing if it is none that is read.
std::optional<ImageFormat> sniff_format(std::span<const std::byte> bytes);

/// What a file that is no readable picture seems to be, for an error: "an HTML page", "a HEIC picture", "an unknown kind of file".
std::string describe_content(std::span<const std::byte> bytes);

// The one thing of EXIF that changes a picture: which way up the camera was held.

/// The orientation in a TIFF block, which is what EXIF is: tag 0x0112 of the first directory, a whole number of whatever size.
///
/// @param tiff   begins with "II*\0" or "MM\0*"; any bytes are safe
/// @return       1..8 as in the EXIF standard, 1 (upright) if there is none or the block is not sound
int exif_orientation(std::span<const std::byte> tiff);

/// The TIFF block of a JPEG's APP1 "Exif" segment, a PNG's eXIf chunk (with a right checksum) or a WebP's EXIF chunk, or an empty span.
std::span<const std::byte> find_exif(std::span<const std::byte> file);

/// The picture turned and mirrored so that it stands upright.
///
/// @param orientation   1..8: 1 upright, 2 mirrored, 3 upside down, 4 mirrored top to bottom, 5 transposed, 6 to be turned
///                      a quarter clockwise, 7 transposed over the other diagonal, 8 to be turned a quarter counter-clockwise
/// @throws Error(argument) for another number
Image upright(Image image, int orientation);

struct ReadOptions;  // read.hpp ends with bodies that need what is declared here
}  // namespace faceptor

/// The decoders behind `read_image`, one a format family. Each believes the bytes only after checking them.
/// Use `decode_image`, which picks one, checks the size and turns the picture upright.
namespace faceptor::detail {

/// A format of pictures that is known and not read.
struct UnreadPicture;
/// Which one these bytes are of, or null.
const UnreadPicture* unread_picture(std::span<const std::byte> bytes);

/// Width and height as stored, both at least 1. They may exceed an int: the caller compares them with its cap.
struct StoredSize {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// The formats that are read, for messages.
inline constexpr const char* kFormatsRead = "JPEG, PNG, WebP, BMP, GIF, PNM or PSD";

/// Makes a picture that can be read of one that can't (ImageMagick), for messages.
inline constexpr const char* kConvertCommand = "magick PICTURE PICTURE.jpg";

/// What to do about damaged pictures, in words for whoever has the option in C++ or on a command line.
inline constexpr const char* kLenientHint = "the option \"lenient\" takes what can be decoded";

/// An error about one picture: `image: <summary> (<name>)`.
Error image_error(ErrorCode code, std::string_view summary, std::string_view name);

/// The error for data that end early or contradict themselves. @param reason  the decoder's own words
Error damaged_image(std::string_view format, std::string_view name, std::string_view reason);

/// The error for an allocation that failed.
Error no_memory_for(std::string_view format, std::string_view name);

/// Lays RGBA pixels over white. @throws Error(argument) unless there are width x height x 4 bytes
Image over_white(int width, int height, std::span<const std::uint8_t> rgba);

StoredSize jpeg_size(std::span<const std::byte> bytes, std::string_view name);
Image decode_jpeg(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name);

StoredSize png_size(std::span<const std::byte> bytes, std::string_view name);
Image decode_png(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name);
/// The samples of a PNG of one channel as they are stored, height x width: grey of 1 to 8 bits, not stretched to 0..255, or indices
/// into the palette. @throws Error(unsupported) for colours, transparency and 16 bits
std::vector<std::uint8_t> decode_png_samples(std::span<const std::byte> bytes, StoredSize size, std::string_view name);
/// A grey PNG of 1 to 16 bits, stretched to 16: 0 is black, 65535 white. @throws Error(unsupported) for a palette, colours, transparency
std::vector<std::uint16_t> decode_png_grey(std::span<const std::byte> bytes, StoredSize size, std::string_view name);

StoredSize pnm_size(std::span<const std::byte> bytes, std::string_view name);
Image decode_pnm(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name);

StoredSize webp_size(std::span<const std::byte> bytes, std::string_view name);
/// An animation's first frame.
Image decode_webp(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name);
/// The content of a WebP's first chunk of a name, as far as it is there.
std::optional<std::span<const std::byte>> find_webp_chunk(std::span<const std::byte> file, std::string_view wanted);

StoredSize psd_size(std::span<const std::byte> bytes, std::string_view name);
/// The picture that its layers make together.
Image decode_psd(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name);

/// BMP and GIF.
StoredSize stb_size(std::span<const std::byte> bytes, ImageFormat format, std::string_view name);
Image decode_stb(std::span<const std::byte> bytes, ImageFormat format, StoredSize size, const ReadOptions& options, std::string_view name);

}  // namespace faceptor::detail

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/read.hpp>
#endif
