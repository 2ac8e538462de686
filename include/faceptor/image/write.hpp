#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>

/// Writing pictures. A file appears whole or not at all: it is written beside its place under another name, then moved there.
namespace faceptor {

/// The bytes of a PNG (RGB, 8 bits, no loss). @throws Error(argument) for an empty picture
std::vector<std::byte> encode_png(const Image& image);

/// The bytes of a JPEG.
/// @param quality   1..100; from 90 on the colours keep their full resolution (4:4:4), below they are halved (4:2:0)
/// @throws Error(argument) for an empty picture, a side over 65500 or another quality
std::vector<std::byte> encode_jpeg(const Image& image, int quality = 90);

/// Writes a PNG. An existing file is replaced. @throws Error(io) when the folder is missing or can't be written; see `encode_png`
void write_png(const std::filesystem::path& path, const Image& image);

/// Writes a JPEG. An existing file is replaced. @throws Error(io) when the folder is missing or can't be written; see `encode_jpeg`
void write_jpeg(const std::filesystem::path& path, const Image& image, int quality = 90);

namespace detail {

/// The bytes of a PNG of 8 bits a channel: grey for one channel, RGB for three. @param samples  height x width x channels, not empty
std::vector<std::byte> encode_png_samples(int width, int height, int channels, std::span<const std::uint8_t> samples);

}  // namespace detail
}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/write_inl.hpp>
#endif
