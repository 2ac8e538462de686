#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>

namespace faceptor::files {

/// The first bytes as lower-case text, without a byte order mark and leading white space. @param most  characters
std::string leading_text(std::span<const std::byte> bytes, std::size_t most);

/// Whether these are the first bytes of an archive: zip, as torch.save writes it too, tar, gzip, xz, ... @param bytes  262 or more, if
/// there are
bool is_archive(std::span<const std::byte> bytes);

/// What is taken for weights and is none: a Git LFS pointer, an HTML page, the index of a model in several files, ONNX, HDF5, an archive.
///
/// @param bytes  of the whole file
/// @return       an Error(unsupported) that says what the file is and what to do; nothing for what may be weights, or is unknown
std::optional<Error> foreign_file(std::span<const std::byte> bytes, const std::filesystem::path& path);

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/foreign_file_inl.hpp>
#endif
