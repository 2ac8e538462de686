#pragma once

#include <faceptor/core/text.hpp>
#include <faceptor/files/impl/atomic_file_inl.hpp>
#include <faceptor/files/impl/zip_inl.hpp>

namespace faceptor::files {
namespace detail {

FACEPTOR_INLINE std::uint32_t zip32(std::uint64_t value) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, kZip32)); }

/// What local headers and the directory have in common: version needed up to the sizes.
FACEPTOR_INLINE void put_zip_common(std::string& out, const ZipEntry& entry) {
  constexpr std::uint16_t kVersion = 45, kUtf8 = 1 << 11, kStored = 0;
  // A fixed time, the first that the format knows: the same weights give the same file.
  constexpr std::uint16_t kTime = 0, kDate = 1 << 5 | 1;
  put_numbers(out, kVersion, kUtf8, kStored, kTime, kDate, entry.crc, zip32(entry.size), zip32(entry.size),
              static_cast<std::uint16_t>(entry.name.size()));
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

  std::string extra;
  const std::uint64_t size = bytes.size();
  if (size >= detail::kZip32) put_numbers(extra, std::uint16_t{1}, std::uint16_t{16}, size, size);
  // The bytes are aligned by an extra field of the header, as torch does it; the field's own header takes four bytes.
  const auto unaligned = written.header + 30 + name.size() + extra.size() + 4;
  const auto padding = static_cast<std::uint16_t>((alignment - unaligned % alignment) % alignment);
  if (alignment > 1) {
    put_numbers(extra, std::uint16_t{0x4246}, padding);
    extra.append(padding, 'Z');
  }
  std::string header;
  put_numbers(header, detail::kZipLocal);
  detail::put_zip_common(header, written.entry);
  put_numbers(header, static_cast<std::uint16_t>(extra.size()));
  file_.write(header + name + extra);
  written.entry.offset = file_.position();
  file_.write(bytes);
  entries_.push_back(std::move(written));
}

FACEPTOR_INLINE void ZipWriter::finish() {
  const auto directory = file_.position();
  for (const auto& [entry, header] : entries_) {
    std::string extra;
    if (entry.size >= detail::kZip32) put_numbers(extra, entry.size, entry.size);
    if (header >= detail::kZip32) put_numbers(extra, header);
    const auto extra_size = static_cast<std::uint16_t>(extra.size());
    std::string record;
    put_numbers(record, detail::kZipCentral, std::uint16_t{45});
    detail::put_zip_common(record, entry);
    put_numbers(record, static_cast<std::uint16_t>(extra.empty() ? 0 : extra_size + 4), std::uint16_t{0}, std::uint16_t{0},
                std::uint16_t{0}, std::uint32_t{0}, detail::zip32(header));
    record += entry.name;
    if (!extra.empty()) put_numbers(record, std::uint16_t{1}, extra_size);
    file_.write(record + extra);
  }
  const auto end = file_.position();
  const std::uint64_t count = entries_.size();
  std::string tail;
  if (count >= 0xffff || directory >= detail::kZip32 || end - directory >= detail::kZip32) {
    put_numbers(tail, detail::kZip64End, std::uint64_t{44}, std::uint16_t{45}, std::uint16_t{45}, std::uint32_t{0}, std::uint32_t{0}, count,
                count, end - directory, directory, detail::kZip64Locator, std::uint32_t{0}, end, std::uint32_t{1});
  }
  const auto short_count = static_cast<std::uint16_t>(std::min<std::uint64_t>(count, 0xffff));
  put_numbers(tail, detail::kZipEnd, std::uint16_t{0}, std::uint16_t{0}, short_count, short_count, detail::zip32(end - directory),
              detail::zip32(directory), std::uint16_t{0});
  file_.write(tail);
  file_.commit();
}

}  // namespace faceptor::files
