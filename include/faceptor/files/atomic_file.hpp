#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/core/config.hpp>
#include <filesystem>
#include <span>
#include <string_view>

namespace faceptor::files {

/// A file that appears whole or not at all.
///
/// Bytes go to a temporary file beside `path`; `commit()` flushes them to the disk, renames the file onto `path` and flushes the
/// directory. Without a commit, because of an error or otherwise, the temporary file is removed and `path` stays as it was.
class AtomicFile {
 public:
  /// A link to a file is followed. @throws Error(io)  if the folder is missing or not writable, or the path is a folder, device or pipe
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  /// @throws Error(io)  if the disk is full or broken
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
  /// Zeros up to the next multiple of `alignment`.
  void pad(std::size_t alignment);
  /// Puts bytes in place of those written at `position` before: headers that say how much follows.
  /// @throws Error(argument)  if they reach beyond what was written, @throws Error(io)
  void rewrite(std::uint64_t position, std::span<const std::byte> bytes);
  void commit();

  /// Bytes written so far.
  std::uint64_t position() const noexcept { return position_; }

 private:
  [[noreturn]] void fail(const char* what, int number) const;

  std::filesystem::path path_, temporary_;
  int descriptor_ = -1;
  std::uint64_t position_ = 0;
};

namespace detail {

/// Writes all bytes where an open file stands. @return 0, or the system's number of what went wrong
int write_all(int descriptor, std::span<const std::byte> bytes) noexcept;

}  // namespace detail

/// Makes a folder and those above it; nothing where it is there already. @throws Error(io)
void make_folder(const std::filesystem::path& folder);

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/atomic_file_inl.hpp>
#endif
