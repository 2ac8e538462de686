#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include <faceptor/image/image.hpp>

/// The one thing of EXIF that changes a picture: which way up the camera was held.
namespace faceptor {

/// The orientation in a TIFF block, which is what EXIF is: tag 0x0112 of the first directory.
///
/// @param tiff   begins with "II*\0" or "MM\0*"; any bytes are safe
/// @return       1..8 as in the EXIF standard, 1 (upright) if there is none or the block is not sound
int exif_orientation(std::span<const std::byte> tiff);

/// The TIFF block of a JPEG's APP1 "Exif" segment or a PNG's eXIf chunk (with a right checksum), or an empty span.
std::span<const std::byte> find_exif(std::span<const std::byte> file);

/// The picture turned and mirrored so that it stands upright.
///
/// @param orientation   1..8: 1 upright, 2 mirrored, 3 upside down, 4 mirrored top to bottom, 5 transposed, 6 to be turned
///                      a quarter clockwise, 7 transposed over the other diagonal, 8 to be turned a quarter counter-clockwise
/// @throws Error(argument) for another number
Image upright(Image image, int orientation);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/exif_inl.hpp>
#endif
