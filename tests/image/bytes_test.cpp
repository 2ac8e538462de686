#include <faceptor/image/bytes.hpp>

#include <limits>
#include <string_view>

#include "support/catch.hpp"

using namespace faceptor::detail;

namespace {

std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("words are found where they stand, and never beyond the end", "[image][bytes]") {
  const auto bytes = raw("Exif\xff");
  CHECK(has_bytes_at(bytes, 0, "Exif"));
  CHECK(has_bytes_at(bytes, 1, "xif\xff"));
  CHECK_FALSE(has_bytes_at(bytes, 0, "exif"));
  CHECK_FALSE(has_bytes_at(bytes, 2, "if\xff."));
  CHECK(has_bytes_at(bytes, 5, ""));
  CHECK_FALSE(has_bytes_at(bytes, 6, ""));
  CHECK_FALSE(has_bytes_at(bytes, std::numeric_limits<std::size_t>::max(), "E"));
}

TEST_CASE("numbers of one to four bytes, in either order", "[image][bytes]") {
  const auto bytes = raw("\x01\x02\x03\xfe");
  CHECK(read_number(bytes, 3, 1, false) == 0xfeU);
  CHECK(read_number(bytes, 0, 2, false) == 0x0102U);
  CHECK(read_number(bytes, 0, 2, true) == 0x0201U);
  CHECK(read_number(bytes, 1, 3, true) == 0xfe0302U);
  CHECK(read_number(bytes, 0, 4, false) == 0x010203feU);
  CHECK(read_number(bytes, 0, 4, true) == 0xfe030201U);
  CHECK_FALSE(read_number(bytes, 1, 4, false));
  CHECK_FALSE(read_number(bytes, 5, 1, true));
  CHECK_FALSE(read_number(bytes, std::numeric_limits<std::size_t>::max() - 1, 4, true));
}
