#pragma once

#include <cstddef>
#include <faceptor/core/config.hpp>
#include <filesystem>
#include <memory>
#include <span>

namespace faceptor::files {

/// A file's bytes, mapped read-only into memory: pages are read when they are touched, and shared between processes.
///
/// The mapping lives as long as the object does; readers hand out views of it and keep it by `shared_ptr`. A program that shortens a
/// file that is mapped takes the bytes from under its readers, here as everywhere: replace weights by renaming, never in place.
class MappedFile {
 public:
  /// @throws Error(io)      if the file is missing, unreadable or no regular file
  /// @throws Error(format)  if it is empty
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  /// All bytes; the first one is aligned to a page.
  std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  MappedFile(std::filesystem::path path, const std::byte* data, std::size_t size) : path_(std::move(path)), data_(data), size_(size) {}

  std::filesystem::path path_;
  const std::byte* data_;
  std::size_t size_;
};

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/mapped_file_inl.hpp>
#endif
