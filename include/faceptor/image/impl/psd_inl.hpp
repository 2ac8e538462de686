#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/read.hpp>

// Photoshop's files end with the picture that its layers make together, plane by plane: it is all that is read here. It lies over white
// already, so that its transparency is no matter.

namespace faceptor::detail {

struct PsdHeader {
  StoredSize size;
  std::size_t channels = 0;  ///< red, green, blue, and others that are passed over
  std::size_t depth = 0;     ///< bytes of a sample: 1, or 2 of which the upper comes first
};

FACEPTOR_INLINE files::ByteCursor psd_cursor(std::span<const std::byte> bytes, std::string_view name) {
  return {bytes, name, "image: the PSD", 0, std::endian::big};
}

FACEPTOR_INLINE PsdHeader read_psd_header(files::ByteCursor& cursor, std::string_view name) {
  PsdHeader header;
  cursor.skip(4, "signature");
  if (const auto version = cursor.take<std::uint16_t>("version"); version != 1) {
    throw image_error(ErrorCode::unsupported, "a PSD of this version is not read", name).expected("1").found(std::to_string(version));
  }
  cursor.skip(6, "reserved");
  header.channels = cursor.take<std::uint16_t>("channels");
  header.size.height = cursor.take<std::uint32_t>("height");
  header.size.width = cursor.take<std::uint32_t>("width");
  const auto bits = cursor.take<std::uint16_t>("depth"), mode = cursor.take<std::uint16_t>("mode");
  constexpr std::uint16_t kRgb = 3;
  if (mode != kRgb || header.channels < 3 || (bits != 8 && bits != 16)) {
    throw image_error(ErrorCode::unsupported, "a PSD of this kind is not read", name)
        .expected("RGB (mode 3) of 8 or 16 bits")
        .found(fmt::format("mode {}, {} channels of {} bits", mode, header.channels, bits));
  }
  header.depth = bits / 8U;
  if (header.size.width == 0 || header.size.height == 0) throw image_error(ErrorCode::format, "the PSD has a side of zero pixels", name);
  return header;
}

FACEPTOR_INLINE StoredSize psd_size(std::span<const std::byte> bytes, std::string_view name) {
  auto cursor = psd_cursor(bytes, name);
  try {
    return read_psd_header(cursor, name).size;
  } catch (const Error& error) {
    throw Error(error).where(std::string(name));
  }
}

/// A row of PackBits: a count, then as many bytes, or one for all. @return  whether it fills the row exactly
FACEPTOR_INLINE bool unpack_bits(std::span<const std::byte> packed, std::span<std::byte> row) {
  std::size_t at = 0, made = 0;
  while (at < packed.size()) {
    const auto count = std::to_integer<std::uint8_t>(packed[at++]);
    if (count == 128) continue;
    const std::size_t length = count < 128 ? count + 1U : 257U - count, taken = count < 128 ? length : 1;
    if (row.size() - made < length || packed.size() - at < taken) return false;
    for (std::size_t i = 0; i < length; ++i) row[made + i] = packed[at + (count < 128 ? i : 0)];
    made += length;
    at += taken;
  }
  return made == row.size();
}

/// @param out  of the header's size; what the data leave is black
FACEPTOR_INLINE void decode_psd_planes(files::ByteCursor& cursor, const PsdHeader& header, Image& out, std::string_view name) {
  for (const char* part : {"colour table", "resources", "layers"}) cursor.skip(cursor.take<std::uint32_t>(part), part);
  const auto packing = cursor.take<std::uint16_t>("packing");
  if (packing > 1) {
    throw image_error(ErrorCode::unsupported, "a PSD packed this way is not read", name).expected("0 or 1").found(std::to_string(packing));
  }
  const std::size_t width = header.size.width, height = header.size.height;
  auto lengths = cursor.part(packing == 1 ? header.channels * height * 2 : 0, "row lengths");
  std::vector<std::byte> row(width * header.depth);
  for (std::size_t i = 0; i < 3 * height; ++i) {
    if (packing == 0) {
      std::ranges::copy(cursor.skip(row.size(), "pixels"), row.begin());
    } else if (!unpack_bits(cursor.skip(lengths.take<std::uint16_t>(), "pixels"), row)) {
      throw damaged_image("PSD", name, "a row is not as long as the picture is wide");
    }
    auto* target = out.pixels().data() + i % height * width * 3 + i / height;
    for (std::size_t x = 0; x < width; ++x) target[x * 3] = std::to_integer<std::uint8_t>(row[x * header.depth]);
  }
}

FACEPTOR_INLINE Image decode_psd(std::span<const std::byte> bytes, StoredSize size, const ReadOptions& options, std::string_view name) {
  Image out(static_cast<int>(size.width), static_cast<int>(size.height));
  auto cursor = psd_cursor(bytes, name);
  const auto header = read_psd_header(cursor, name);
  try {
    decode_psd_planes(cursor, header, out, name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::format) throw;
    if (!options.lenient) throw Error(error).where(std::string(name)).hint(kLenientHint);
  }
  return out;
}

}  // namespace faceptor::detail
