#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>

/// Files that are read or written at once.
namespace faceptor::files {

/// All bytes of a file, read in pieces: a pipe has no size, and a size may lie.
/// @param subject  what the file should be, with its room, for messages: "data: the label file"
/// @param most     bytes that it may hold
/// @param hint     what raises that limit, for messages
/// @throws Error(io)     if it is missing, unreadable or a folder
/// @throws Error(limit)  if it holds more
std::string read_file(const std::filesystem::path& path, std::string_view subject, std::uint64_t most, std::string_view hint = {});

/// A file that appears whole or not at all (see `AtomicFile`). @throws Error(io)
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/whole_file_inl.hpp>
#endif
