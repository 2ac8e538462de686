#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/mapped_file.hpp>

/// MXNet's packed images: RecordIO, indexed.
///
/// `X.rec` is a row of records. Each begins at a multiple of 4 bytes: u32 0xced7230a, u32 whose lower 29 bits are the length and whose
/// upper 3 say which part of a record this is (0 whole, 1 first, 2 middle, 3 last), the bytes, zeros up to a multiple of 4. A record
/// is cut into parts wherever the first number stands in its bytes at a multiple of 4; that number itself is left out. An image's record
/// begins with a header: u32 flag, f32 label, u64 id, u64 id2, and if flag > 0 that many f32, which are the labels then.
/// `X.idx` is text, a line a record: its key, a tab, its offset. All numbers are little-endian.
namespace faceptor::datasets {

/// What stands before an image's bytes.
struct RecordHeader {
  std::uint32_t flag = 0;     ///< how many labels follow the header; 0: `labels` holds the one inside it
  std::vector<float> labels;  ///< one, or `flag` many
  std::uint64_t id = 0, id2 = 0;
};

/// A record; the bytes lie in the file's mapping, or here if the record was cut into parts.
struct ImageRecord {
  RecordHeader header;
  std::span<const std::byte> content;                    ///< a picture's file, as a rule
  std::shared_ptr<const std::vector<std::byte>> joined;  ///< what `content` points into, for records in parts
};

/// An indexed file of records, mapped. Opening it reads the index and nothing else; any number of threads may read.
class RecordFile {
 public:
  /// @throws Error(io)      if a file is missing or can't be read
  /// @throws Error(format)  for an index with lines that are no two numbers, keys or offsets that come twice, offsets outside the
  ///                        file or at no multiple of 4, or no lines; names the line
  static RecordFile open(const std::filesystem::path& records, const std::filesystem::path& index);

  std::size_t size() const noexcept { return entries_.size(); }
  /// Keys in ascending order. @pre position < size()
  std::uint64_t key(std::size_t position) const { return entries_[position].key; }
  /// Where the record of a key stands among the keys, or nothing.
  std::optional<std::size_t> find(std::uint64_t key) const noexcept;

  /// The record at a position. @throws Error(format)  names the file, the key, the byte and the field
  ImageRecord read(std::size_t position) const;
  /// Its header alone, which touches one page. Records in parts are joined for it.
  RecordHeader header(std::size_t position) const;

  const std::filesystem::path& path() const noexcept { return file_->path(); }

 private:
  struct Entry {
    std::uint64_t key, offset;
  };
  RecordFile() = default;

  std::shared_ptr<const files::MappedFile> file_;
  std::string name_;
  std::vector<Entry> entries_;
};

/// Writes both files; they appear with `finish()`, the records first.
class RecordWriter {
 public:
  /// @throws Error(io)  if the folder is missing or not writable
  RecordWriter(const std::filesystem::path& records, const std::filesystem::path& index) : records_(records), index_(index) {}

  /// Adds a record. `header.labels` become the label of the header (one and flag 0), or follow it.
  /// @throws Error(argument)  for labels that are not as many as the flag says, or more than 512 MiB less one byte, @throws Error(io)
  void add(std::uint64_t key, const RecordHeader& header, std::span<const std::byte> content);
  /// Puts other labels, as many, in place of the first record's: what is known only when all others are written.
  /// @throws Error(argument)  if there is no first record yet, or it has another number of labels, @throws Error(io)
  void rewrite_first(std::span<const float> labels);
  void finish();

 private:
  std::size_t first_labels_ = 0;
  files::AtomicFile records_, index_;
};

}  // namespace faceptor::datasets
