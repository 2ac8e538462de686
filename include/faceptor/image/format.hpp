#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor {

/// The picture formats that are read. TGA is missing on purpose: it has no mark at its beginning to know it by.
enum class ImageFormat { jpeg, png, bmp, gif, pnm, psd };

/// "JPEG", "PNG", ...
std::string_view to_string(ImageFormat format);

/// The format of a file by its first bytes; a name's extension is never looked at. Nothing if it is none that is read.
std::optional<ImageFormat> sniff_format(std::span<const std::byte> bytes);

/// What a file that is no readable picture seems to be, for an error: "an HTML page", "a WebP picture", "an unknown kind of file".
std::string describe_content(std::span<const std::byte> bytes);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/format_inl.hpp>
#endif
