#pragma once

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/impl/tensor_view_inl.hpp>
#include <faceptor/files/zip.hpp>

namespace faceptor::files {
namespace detail {

inline constexpr std::uint32_t kZipLocal = 0x04034b50, kZipCentral = 0x02014b50, kZipEnd = 0x06054b50;
inline constexpr std::uint32_t kZip64End = 0x06064b50, kZip64Locator = 0x07064b50;
inline constexpr std::uint32_t kZip32 = 0xffffffff;

inline constexpr std::string_view kZipSubject = "weights: the zip archive";

/// From a place on that the archive itself named.
FACEPTOR_INLINE ByteCursor zip_cursor(std::span<const std::byte> bytes, std::uint64_t position, const std::string& path) {
  ByteCursor cursor(bytes, path, kZipSubject);
  cursor.skip(position);
  return cursor;
}

FACEPTOR_INLINE Error damaged_zip(const ByteCursor& cursor, std::string what, ErrorCode code = ErrorCode::format) {
  return cursor.error(code, "weights: the zip archive" + std::move(what)).hint("is the file whole?");
}

struct ZipDirectory {
  std::uint64_t offset = 0, size = 0, count = 0;
};

/// The last record of an archive, which says where its directory is.
FACEPTOR_INLINE ZipDirectory find_zip_directory(std::span<const std::byte> bytes, const std::string& path) {
  constexpr std::uint64_t kEndSize = 22, kLocatorSize = 20;
  const auto fail = [&] {
    throw Error(ErrorCode::format, "weights: the zip archive has no directory").where(path).hint("is the file whole?");
  };
  if (bytes.size() < kEndSize) fail();
  std::uint64_t end = bytes.size() - kEndSize;
  const std::uint64_t first = end > 0xffff ? end - 0xffff : 0;
  // A comment of up to 65,535 bytes may follow; only a record whose comment ends with the file is the last one.
  while (number_at<std::uint32_t>(bytes, end) != kZipEnd || number_at<std::uint16_t>(bytes, end + 20) != bytes.size() - end - kEndSize) {
    if (end-- == first) fail();
  }
  auto cursor = zip_cursor(bytes, end + 4, path);
  const auto disk = cursor.take<std::uint16_t>(), directory_disk = cursor.take<std::uint16_t>();
  cursor.take<std::uint16_t>();
  ZipDirectory directory;
  directory.count = cursor.take<std::uint16_t>();
  directory.size = cursor.take<std::uint32_t>();
  directory.offset = cursor.take<std::uint32_t>();
  std::uint64_t limit = end;
  if (end >= kLocatorSize && number_at<std::uint32_t>(bytes, end - kLocatorSize) == kZip64Locator) {
    const auto record = *number_at<std::uint64_t>(bytes, end - kLocatorSize + 8);
    auto zip64 = zip_cursor(bytes, record, path);
    if (zip64.take<std::uint32_t>() != kZip64End) throw damaged_zip(zip64, " has no zip64 record where it says");
    zip64.skip(8 + 2 + 2 + 4 + 4 + 8);
    directory.count = zip64.take<std::uint64_t>();
    directory.size = zip64.take<std::uint64_t>();
    directory.offset = zip64.take<std::uint64_t>();
    limit = record;
  } else if (disk != 0 || directory_disk != 0) {
    throw damaged_zip(cursor, " is split", ErrorCode::unsupported);
  }
  if (directory.offset > limit || directory.size > limit - directory.offset) {
    throw damaged_zip(cursor, "'s directory lies outside the file");
  }
  return directory;
}

struct ZipRecord {
  ZipEntry entry;
  std::uint64_t header = 0;
};

/// The sizes and the offset that don't fit into 32 bits, in the order in which the record lacks them.
FACEPTOR_INLINE void apply_zip64(ByteCursor extra, ZipRecord& record, std::uint64_t& compressed) {
  while (extra.remaining() >= 4) {
    const auto id = extra.take<std::uint16_t>();
    auto numbers = extra.part(extra.take<std::uint16_t>());
    if (id != 1) continue;
    if (record.entry.size == kZip32) record.entry.size = numbers.take<std::uint64_t>();
    if (compressed == kZip32) compressed = numbers.take<std::uint64_t>();
    if (record.header == kZip32) record.header = numbers.take<std::uint64_t>();
    return;
  }
}

FACEPTOR_INLINE ZipRecord read_zip_record(ByteCursor& cursor, const std::string& path) {
  if (cursor.take<std::uint32_t>() != kZipCentral) throw damaged_zip(cursor, "'s directory is damaged");
  cursor.skip(4);
  const auto flags = cursor.take<std::uint16_t>(), method = cursor.take<std::uint16_t>();
  cursor.skip(4);
  ZipRecord record;
  record.entry.crc = cursor.take<std::uint32_t>();
  std::uint64_t compressed = cursor.take<std::uint32_t>();
  record.entry.size = cursor.take<std::uint32_t>();
  const auto name_size = cursor.take<std::uint16_t>(), extra_size = cursor.take<std::uint16_t>(),
             comment_size = cursor.take<std::uint16_t>();
  cursor.skip(8);
  record.header = cursor.take<std::uint32_t>();
  record.entry.name = text_of(cursor.skip(name_size));
  apply_zip64(cursor.part(extra_size), record, compressed);
  cursor.skip(comment_size);
  const auto fail = [&](ErrorCode code, const std::string& what) {
    throw Error(code, "weights: the zip archive's entry " + text::in_quotes(record.entry.name) + " " + what).where(path);
  };
  if ((flags & 1) != 0) fail(ErrorCode::unsupported, "is encrypted");
  if (method != 0) fail(ErrorCode::unsupported, "is compressed, which torch.save never does");
  if (compressed != record.entry.size) fail(ErrorCode::format, "is stored with two sizes");
  return record;
}

/// Where an entry's bytes begin: behind the header in front of them, which has to name the same entry.
FACEPTOR_INLINE std::uint64_t zip_data_offset(std::span<const std::byte> bytes, const ZipRecord& record, const std::string& path) {
  auto cursor = zip_cursor(bytes, record.header, path);
  if (cursor.take<std::uint32_t>() != kZipLocal) throw damaged_zip(cursor, "'s directory points to something that is no entry");
  cursor.skip(22);
  const auto name_size = cursor.take<std::uint16_t>(), extra_size = cursor.take<std::uint16_t>();
  if (text_of(cursor.skip(name_size)) != record.entry.name) throw damaged_zip(cursor, " calls one entry by two names");
  cursor.skip(extra_size);
  return cursor.position();
}

}  // namespace detail

FACEPTOR_INLINE ZipFile ZipFile::open(std::shared_ptr<const MappedFile> file) {
  const auto path = file->path().string();
  const auto bytes = file->bytes();
  const auto directory = detail::find_zip_directory(bytes, path);
  const auto body = bytes.first(directory.offset);
  auto cursor = detail::zip_cursor(bytes.first(directory.offset + directory.size), directory.offset, path);
  std::map<std::uint64_t, std::uint64_t> extents;
  ZipFile zip;
  for (std::uint64_t i = 0; i < directory.count; ++i) {
    auto record = detail::read_zip_record(cursor, path);
    record.entry.offset = detail::zip_data_offset(body, record, path);
    detail::zip_cursor(body, record.entry.offset, path).skip(record.entry.size);
    extents.emplace(record.header, record.entry.offset + record.entry.size);
    zip.entries_.push_back(std::move(record.entry));
  }
  for (const auto& entry : zip.entries_) {
    if (!zip.places_.emplace(entry.name, zip.places_.size()).second) {
      throw detail::damaged_zip(cursor, " has the entry " + text::in_quotes(entry.name) + " twice");
    }
  }
  std::uint64_t end = 0;
  for (const auto& [begin, behind] : extents) {
    if (begin < end) throw detail::damaged_zip(cursor, " has two entries that overlap");
    end = behind;
  }
  if (extents.size() != zip.entries_.size()) throw detail::damaged_zip(cursor, " has two entries that overlap");
  zip.file_ = std::move(file);
  return zip;
}

FACEPTOR_INLINE const ZipEntry* ZipFile::find(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? nullptr : &entries_[found->second];
}

FACEPTOR_INLINE std::span<const std::byte> ZipFile::read(const ZipEntry& entry) const {
  const auto bytes = file_->bytes().subspan(entry.offset, entry.size);
  auto crc = crc32_z(0, nullptr, 0);
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (crc != entry.crc) {
    throw Error(ErrorCode::format, "weights: the zip archive's entry " + text::in_quotes(entry.name) + " is damaged: its checksum differs")
        .where(file_->path().string() + ", byte " + std::to_string(entry.offset));
  }
  return bytes;
}

}  // namespace faceptor::files

#include <faceptor/files/impl/zip_writer_inl.hpp>
