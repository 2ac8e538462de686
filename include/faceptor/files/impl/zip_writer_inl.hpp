#pragma once

#include <faceptor/core/text.hpp>
#include <faceptor/files/impl/atomic_file_inl.hpp>
#include <faceptor/files/impl/zip_inl.hpp>

namespace faceptor::files {
namespace detail {

class ZipBuffer {
 public:
  template <class T>
  ZipBuffer& put(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof(T));
    return *this;
  }
  ZipBuffer& put_text(std::string_view value) {
    text_ += value;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

FACEPTOR_INLINE std::uint32_t zip32(std::uint64_t value) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kZip32)); }

/// What local headers and the directory have in common: version needed up to the sizes.
FACEPTOR_INLINE void put_zip_common(ZipBuffer& buffer, const ZipEntry& entry) {
  constexpr std::uint16_t kVersion = 45, kUtf8 = 1 << 11, kStored = 0;
  // A fixed time, the first that the format knows: the same weights give the same file.
  constexpr std::uint16_t kTime = 0, kDate = 1 << 5 | 1;
  buffer.put(kVersion).put(kUtf8).put(kStored).put(kTime).put(kDate);
  buffer.put(entry.crc).put(zip32(entry.size)).put(zip32(entry.size)).put(static_cast<std::uint16_t>(entry.name.size()));
}

}  // namespace detail

FACEPTOR_INLINE void ZipWriter::add(const std::string& name, std::span<const std::byte> bytes, std::size_t alignment) {
  if (name.size() > 0xffff || !names_.insert(name).second) {
    throw Error(ErrorCode::argument, "weights: an entry's name is too long or was there before").found(text::in_quotes(name));
  }
  if (alignment == 0 || alignment > 64) throw Error(ErrorCode::argument, "weights: an entry can be aligned to 1 to 64 bytes");
  Written written{{name, 0, bytes.size(), 0}, file_.position()};
  written.entry.crc =
      static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));

  detail::ZipBuffer extra;
  if (bytes.size() >= detail::kZip32) {
    extra.put<std::uint16_t>(1).put<std::uint16_t>(16).put<std::uint64_t>(bytes.size()).put<std::uint64_t>(bytes.size());
  }
  // The bytes are aligned by an extra field of the header, as torch does it; the field's own header takes four bytes.
  const auto unaligned = written.header + 30 + name.size() + extra.text().size() + 4;
  const auto padding = static_cast<std::uint16_t>((alignment - unaligned % alignment) % alignment);
  if (alignment > 1) extra.put<std::uint16_t>(0x4246).put<std::uint16_t>(padding).put_text(std::string(padding, 'Z'));

  detail::ZipBuffer header;
  header.put(detail::kZipLocal);
  detail::put_zip_common(header, written.entry);
  header.put(static_cast<std::uint16_t>(extra.text().size())).put_text(name).put_text(extra.text());
  file_.write(header.text());
  written.entry.offset = file_.position();
  file_.write(bytes);
  entries_.push_back(std::move(written));
}

FACEPTOR_INLINE void ZipWriter::finish() {
  const auto directory = file_.position();
  for (const auto& [entry, header] : entries_) {
    detail::ZipBuffer extra;
    if (entry.size >= detail::kZip32) extra.put<std::uint64_t>(entry.size).put<std::uint64_t>(entry.size);
    if (header >= detail::kZip32) extra.put<std::uint64_t>(header);
    detail::ZipBuffer record;
    record.put(detail::kZipCentral).put<std::uint16_t>(45);
    detail::put_zip_common(record, entry);
    record.put(static_cast<std::uint16_t>(extra.text().empty() ? 0 : extra.text().size() + 4));
    record.put<std::uint16_t>(0).put<std::uint16_t>(0).put<std::uint16_t>(0).put<std::uint32_t>(0).put(detail::zip32(header));
    record.put_text(entry.name);
    if (!extra.text().empty()) record.put<std::uint16_t>(1).put(static_cast<std::uint16_t>(extra.text().size())).put_text(extra.text());
    file_.write(record.text());
  }
  const auto end = file_.position();
  const std::uint64_t count = entries_.size();
  detail::ZipBuffer tail;
  if (count >= 0xffff || directory >= detail::kZip32 || end - directory >= detail::kZip32) {
    tail.put(detail::kZip64End).put<std::uint64_t>(44).put<std::uint16_t>(45).put<std::uint16_t>(45).put<std::uint32_t>(0);
    tail.put<std::uint32_t>(0).put(count).put(count).put(end - directory).put(directory);
    tail.put(detail::kZip64Locator).put<std::uint32_t>(0).put(end).put<std::uint32_t>(1);
  }
  const auto short_count = static_cast<std::uint16_t>(std::min<std::uint64_t>(count, 0xffff));
  tail.put(detail::kZipEnd).put<std::uint16_t>(0).put<std::uint16_t>(0).put(short_count).put(short_count);
  tail.put(detail::zip32(end - directory)).put(detail::zip32(directory)).put<std::uint16_t>(0);
  file_.write(tail.text());
  file_.commit();
}

}  // namespace faceptor::files
