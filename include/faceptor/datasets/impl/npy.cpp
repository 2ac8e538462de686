#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/npy.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/datasets/impl/byte_cursor.hpp>

namespace faceptor::data {
namespace detail {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

/// The dictionary in an .npy file's header, piece by piece, as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}.
class NpyDictionary {
 public:
  /// @param cursor  behind the dictionary, for errors
  NpyDictionary(std::string_view text, const ByteCursor& cursor) : text_(text), cursor_(cursor) {}

  bool take(char sign) {
    skip_blanks();
    if (text_.empty() || text_.front() != sign) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char sign) {
    if (!take(sign)) throw error(fmt::format("\"{}\"", sign));
  }
  std::string_view quoted() {
    skip_blanks();
    const char quote = text_.empty() ? ' ' : text_.front();
    const auto end = quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) throw error("a text in quotes");
    const auto inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside;
  }
  bool truth() {
    skip_blanks();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return word == "True";
    }
    throw error("True or False");
  }
  std::vector<std::int64_t> sides() {
    constexpr std::size_t kMost = 4;
    std::vector<std::int64_t> sides;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      const auto digits = std::min(text_.find_first_not_of("0123456789"), text_.size());
      const auto side = parse_integer(text_.substr(0, digits));
      if (!side || *side < 1 || sides.size() == kMost) throw error(fmt::format("at most {} whole numbers from 1", kMost));
      text_.remove_prefix(digits);
      sides.push_back(*side);
      if (take(',')) continue;
      expect(')');
      break;
    }
    return sides;
  }
  /// Nothing else may follow.
  void expect_end() {
    skip_blanks();
    if (!text_.empty()) throw error("the end of the header");
  }

  Error error(const std::string& expected) const {
    return cursor_.error(ErrorCode::format, "data: the header of an .npy file can't be read", "header")
        .expected(expected)
        .found(text_.empty() ? "its end" : quoted_start(text_));
  }

 private:
  void skip_blanks() { text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n"), text_.size())); }

  std::string_view text_;
  const ByteCursor& cursor_;
};

FACEPTOR_INLINE NpyHeader::Type npy_type(std::string_view written, const ByteCursor& cursor) {
  if (written == "<f4") return NpyHeader::Type::float32;
  if (written == "<f8") return NpyHeader::Type::float64;
  if (written == "|u1" || written == "<u1") return NpyHeader::Type::uint8;
  throw cursor.error(ErrorCode::unsupported, "data: an .npy file has numbers of a type that is not read", "descr")
      .expected("<f4, <f8 or |u1")
      .found(quoted_start(written))
      .hint("array.astype(\"<f4\")");
}

FACEPTOR_INLINE std::size_t npy_bytes_each(NpyHeader::Type type) {
  return type == NpyHeader::Type::uint8 ? 1 : type == NpyHeader::Type::float32 ? 4 : 8;
}

FACEPTOR_INLINE std::int64_t npy_count(const NpyHeader& header, const ByteCursor& cursor) {
  constexpr std::int64_t kMost = std::int64_t{1} << 28;
  std::int64_t count = 1;
  for (const auto side : header.shape) {
    if (side > kMost / count) {
      throw cursor.error(ErrorCode::limit, "data: an .npy file says that it holds more than is read", "shape")
          .expected(fmt::format("at most {} numbers", kMost));
    }
    count *= side;
  }
  return count;
}

/// The numbers of one type. @param source  as many bytes as they need
template <class T>
void npy_values(std::span<const std::byte> source, std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, source.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<float>(value);
  }
}

}  // namespace detail

FACEPTOR_INLINE bool is_npy(std::span<const std::byte> bytes) noexcept { return detail::text_of(bytes).starts_with(detail::kNpyMagic); }

FACEPTOR_INLINE NpyHeader npy_header(std::span<const std::byte> bytes, const std::string& name) {
  constexpr std::size_t kLongest = std::size_t{1} << 16;
  detail::ByteCursor cursor(bytes, name);
  if (!is_npy(bytes)) throw cursor.error(ErrorCode::format, "data: this is no .npy file", "magic").expected("\\x93NUMPY");
  cursor.skip(detail::kNpyMagic.size(), "magic");
  const auto major = cursor.take<std::uint8_t>("version");
  cursor.skip(1, "version");
  if (major < 1 || major > 3) {
    throw cursor.error(ErrorCode::unsupported, "data: an .npy file of a version that is not read", "version")
        .expected("1 to 3")
        .found(std::to_string(major));
  }
  const std::size_t length = major == 1 ? cursor.take<std::uint16_t>("header length") : cursor.take<std::uint32_t>("header length");
  if (length > kLongest) {
    throw cursor.error(ErrorCode::limit, "data: the header of an .npy file is too long", "header length")
        .expected(fmt::format("at most {} bytes", kLongest))
        .found(std::to_string(length));
  }
  const auto text = detail::text_of(cursor.skip(length, "header"));
  NpyHeader header;
  header.offset = cursor.position();

  detail::NpyDictionary dictionary(text, cursor);
  bool has_type = false, has_order = false, has_shape = false;
  dictionary.expect('{');
  while (!dictionary.take('}')) {
    const auto key = dictionary.quoted();
    bool& has = key == "descr" ? has_type : key == "fortran_order" ? has_order : has_shape;
    if (has || (&has == &has_shape && key != "shape")) throw dictionary.error("descr, fortran_order and shape, each once");
    has = true;
    dictionary.expect(':');
    if (&has == &has_type) header.type = detail::npy_type(dictionary.quoted(), cursor);
    if (&has == &has_shape) header.shape = dictionary.sides();
    if (&has == &has_order && dictionary.truth()) {
      throw cursor.error(ErrorCode::unsupported, "data: an .npy file in Fortran's order is not read", "fortran_order")
          .hint("numpy.ascontiguousarray(array)");
    }
    if (dictionary.take(',')) continue;
    dictionary.expect('}');
    break;
  }
  dictionary.expect_end();
  if (!has_type || !has_order || !has_shape) throw dictionary.error("descr, fortran_order and shape");

  const auto expected = static_cast<std::uint64_t>(detail::npy_count(header, cursor)) * detail::npy_bytes_each(header.type);
  if (cursor.remaining() != expected) {
    throw cursor.error(ErrorCode::format, "data: an .npy file is not as long as its header says", "numbers")
        .expected(fmt::format("{} bytes", expected))
        .found(std::to_string(cursor.remaining()))
        .hint("is the file whole?");
  }
  return header;
}

FACEPTOR_INLINE NpyArray decode_npy(std::span<const std::byte> bytes, const std::string& name) {
  NpyArray array{npy_header(bytes, name), {}};
  const auto numbers = bytes.subspan(array.header.offset);
  array.values.resize(numbers.size() / detail::npy_bytes_each(array.header.type));
  switch (array.header.type) {
    case NpyHeader::Type::uint8: detail::npy_values<std::uint8_t>(numbers, array.values); break;
    case NpyHeader::Type::float32: detail::npy_values<float>(numbers, array.values); break;
    case NpyHeader::Type::float64: detail::npy_values<double>(numbers, array.values); break;
  }
  const auto wrong = std::ranges::find_if(array.values, [](float value) { return !std::isfinite(value); });
  if (wrong != array.values.end()) {
    throw Error(ErrorCode::format, "data: an .npy file holds a number that is not finite, in 32 bits")
        .where(fmt::format("{}, number {}", name, wrong - array.values.begin()))
        .found(fmt::format("{}", *wrong));
  }
  return array;
}

FACEPTOR_INLINE NpyArray read_npy(const std::filesystem::path& path) {
  return decode_npy(detail::map_file(path, "data: an .npy file can't be read")->bytes(), path.string());
}

}  // namespace faceptor::data
