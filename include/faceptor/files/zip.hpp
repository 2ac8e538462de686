#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/mapped_file.hpp>

/// Zip archives whose entries are stored as they are, as torch.save writes them (PKWARE's APPNOTE, zip64 included).
namespace faceptor::files {

/// One file of an archive.
struct ZipEntry {
  std::string name;
  std::uint64_t offset = 0;  ///< of its first byte, from the beginning of the archive
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

/// A mapped archive. Opening it checks that every entry lies inside the file and that none overlaps another.
class ZipFile {
 public:
  /// @throws Error(format)       for what is no sound archive, or has two entries of one name
  /// @throws Error(unsupported)  for compressed, encrypted and split archives
  static ZipFile open(std::shared_ptr<const MappedFile> file);

  /// In the order of the directory.
  std::span<const ZipEntry> entries() const noexcept { return entries_; }
  /// Nothing if there is no such entry.
  const ZipEntry* find(std::string_view name) const;
  /// An entry's bytes, in the mapping. @throws Error(format) if their checksum differs
  std::span<const std::byte> read(const ZipEntry& entry) const;

 private:
  std::shared_ptr<const MappedFile> file_;
  std::vector<ZipEntry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of `entries_`, by name: there may be many
};

/// Writes an archive of stored entries; `finish()` makes it appear.
class ZipWriter {
 public:
  explicit ZipWriter(const std::filesystem::path& path) : file_(path) {}

  /// @param alignment  the bytes begin at a multiple of it, at most 64
  /// @throws Error(argument)  for a name that was added before or is longer than 65,535 bytes, @throws Error(io)
  void add(const std::string& name, std::span<const std::byte> bytes, std::size_t alignment = 1);
  void add(const std::string& name, std::string_view text) { add(name, std::as_bytes(std::span(text.data(), text.size()))); }
  void finish();

 private:
  struct Written {
    ZipEntry entry;
    std::uint64_t header = 0;
  };

  AtomicFile file_;
  std::vector<Written> entries_;
  std::set<std::string> names_;
};

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/zip_inl.hpp>
#endif
