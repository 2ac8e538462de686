#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <faceptor/files/byte_cursor.hpp>

namespace faceptor::datasets::detail {

/// Types of elements, as the format numbers them.
enum MatType : std::uint32_t {
  kMatInt8 = 1,
  kMatUint8 = 2,
  kMatInt16 = 3,
  kMatUint16 = 4,
  kMatInt32 = 5,
  kMatUint32 = 6,
  kMatSingle = 7,
  kMatDouble = 9,
  kMatInt64 = 12,
  kMatUint64 = 13,
  kMatMatrix = 14,
  kMatCompressed = 15,
  kMatUtf8 = 16,
  kMatUtf16 = 17,
  kMatUtf32 = 18,
};

/// Classes of arrays.
enum MatClass : std::uint32_t { kMatCellClass = 1, kMatCharClass = 4, kMatDoubleClass = 6, kMatUint64Class = 15 };

inline constexpr std::size_t kMatHeader = 128;
inline constexpr std::uint32_t kMatComplex = 0x800;
inline constexpr std::size_t kMatDeepest = 16;
inline constexpr std::size_t kMatMostSides = 32;
inline constexpr std::string_view kMatSubject = "data: the MATLAB file";

struct MatElement {
  std::uint32_t type = 0;
  std::span<const std::byte> bytes;
};

/// One element with its tag, and the zeros behind it. Up to 4 bytes stand in the tag itself.
inline MatElement take_mat_element(files::ByteCursor& cursor, std::string_view field) {
  const auto first = cursor.take<std::uint32_t>(field);
  if (const auto size = first >> 16; size != 0) {
    if (size > 4) throw cursor.error(ErrorCode::format, "data: a small element holds more than 4 bytes", field).found(std::to_string(size));
    return {first & 0xffff, cursor.skip(4, field).first(size)};
  }
  const auto size = cursor.take<std::uint32_t>(field);
  MatElement element{first, cursor.skip(size, field)};
  if (first != kMatCompressed) cursor.skip(std::min<std::size_t>((8 - size % 8) % 8, cursor.remaining()), field);
  return element;
}

/// The values of an element as `To`. @throws Error(format) if it holds no numbers
template <class To>
std::vector<To> mat_values(const MatElement& element, const files::ByteCursor& parent, std::string_view field) {
  const auto read = [&]<class From>(From) {
    if (element.bytes.size() % sizeof(From) != 0) throw parent.error(ErrorCode::format, "data: an element ends inside a number", field);
    files::ByteCursor cursor(element.bytes, "", kMatSubject, 0, parent.order());
    std::vector<To> values(element.bytes.size() / sizeof(From));
    for (auto& value : values) value = static_cast<To>(cursor.take<From>(field));
    return values;
  };
  if constexpr (std::is_floating_point_v<To>) {
    if (element.type == kMatSingle) return read(float{});
    if (element.type == kMatDouble) return read(double{});
  }
  switch (element.type) {
    case kMatInt8: return read(std::int8_t{});
    case kMatUint8:
    case kMatUtf8: return read(std::uint8_t{});
    case kMatInt16: return read(std::int16_t{});
    case kMatUint16:
    case kMatUtf16: return read(std::uint16_t{});
    case kMatInt32: return read(std::int32_t{});
    case kMatUint32:
    case kMatUtf32: return read(std::uint32_t{});
    case kMatInt64: return read(std::int64_t{});
    case kMatUint64: return read(std::uint64_t{});
    default:
      throw parent.error(ErrorCode::format, "data: an element has a type that it can't have here", field)
          .found(std::to_string(element.type));
  }
}

/// Appends a letter in UTF-8; false if the number is none.
inline bool put_utf8(std::string& out, std::uint32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  if (code < 0x80) {
    out += static_cast<char>(code);
    return true;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static constexpr std::uint32_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out += static_cast<char>(kLead[more] | code >> 6 * more);
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> 6 * i & 0x3f));
  return true;
}

/// Letters of 8, 16 or 32 bits, column by column, as rows in UTF-8; false if they are none.
inline bool mat_rows_to_text(const std::vector<std::uint32_t>& letters, std::size_t rows, std::string& out) {
  // Rows without letters cost a file nothing, and there may be two thousand million of them.
  const auto columns = rows == 0 ? 0 : letters.size() / rows;
  if (columns == 0) return true;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      auto code = letters[c * rows + r];
      if (code >= 0xd800 && code < 0xdc00 && c + 1 < columns) {
        const auto low = letters[++c * rows + r];
        if (low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      }
      if (!put_utf8(out, code)) return false;
    }
  }
  return true;
}

}  // namespace faceptor::datasets::detail
