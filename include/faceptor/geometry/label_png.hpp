#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include <faceptor/geometry/rasters.hpp>
#include <faceptor/image/read.hpp>

/// Label images as PNG files, the way parsing data sets store them: what is in a pixel is its class.
///
///     auto labels = faceptor::read_labels("LaPa/train/labels/1.png", 11);
namespace faceptor {

/// Reads a PNG of one channel: grey of 1, 2, 4 or 8 bits, or a palette, whose *indices* are the classes; its colours are not looked at.
/// @param classes  how many there are; a pixel of this value or more is an error that names it
/// @param options  its caps; labels are neither turned nor taken damaged
/// @throws Error(io, limit)     as `read_image` does
/// @throws Error(unsupported)   no PNG, or one with colours, transparency or 16 bits
/// @throws Error(format)        damaged, or with a class out of range
LabelImage read_labels(const std::filesystem::path& path, int classes = 256, const ReadOptions& options = {});

/// The same for a file's bytes. @param name  what to call them in errors
LabelImage decode_labels(std::span<const std::byte> bytes, int classes = 256, const ReadOptions& options = {},
                         std::string_view name = "memory");

/// The bytes of an 8-bit grey PNG. @throws Error(argument) unless there are width x height labels, and at least one
std::vector<std::byte> encode_labels(const LabelImage& labels);

/// Writes an 8-bit grey PNG, whole or not at all. @throws Error(io) when the folder is missing or can't be written; see `encode_labels`
void write_labels(const std::filesystem::path& path, const LabelImage& labels);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/label_png_inl.hpp>
#endif
