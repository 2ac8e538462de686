#include <faceptor/files/byte_cursor.hpp>

#include <limits>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("numbers are read in either byte order, and put least byte first", "[files][cursor]") {
  const std::string bytes("\x01\x02\x03\x04\x05\x06\x07\x08", 8);
  ByteCursor little(bytes_of(bytes), "a.bin", "files: the test"), big(bytes_of(bytes), "a.bin", "files: the test", 0, std::endian::big);
  CHECK(little.take<std::uint8_t>() == 1);
  CHECK(little.take<std::uint16_t>() == 0x0302);
  CHECK(little.take<std::uint32_t>() == 0x07060504);
  CHECK(little.remaining() == 1);
  CHECK(big.take<std::uint64_t>() == 0x0102030405060708);
  CHECK(big.remaining() == 0);
  std::string out;
  put_numbers(out, std::uint16_t{0x0201}, std::uint8_t{3}, -1.5);
  CHECK(out.size() == 11);
  ByteCursor back(bytes_of(out), "", "files: the test");
  CHECK(back.take<std::uint16_t>() == 0x0201);
  CHECK(back.take<std::uint8_t>() == 3);
  CHECK(back.take<double>() == -1.5);
}

TEST_CASE("a number or a text may be looked for anywhere", "[files][cursor]") {
  const auto bytes = bytes_of("\x89PNG");
  CHECK(number_at<std::uint16_t>(bytes, 1) == 0x4e50);
  CHECK(number_at<std::uint16_t>(bytes, 1, std::endian::big) == 0x504e);
  CHECK_FALSE(number_at<std::uint16_t>(bytes, 3));
  CHECK_FALSE(number_at<std::uint8_t>(bytes, 4));
  CHECK_FALSE(number_at<std::uint32_t>(bytes, std::numeric_limits<std::size_t>::max()));
  CHECK(has_bytes_at(bytes, 1, "PNG"));
  CHECK(has_bytes_at(bytes, 4, ""));
  CHECK_FALSE(has_bytes_at(bytes, 2, "PNG"));
  CHECK_FALSE(has_bytes_at(bytes, 5, ""));
  CHECK_FALSE(has_bytes_at(bytes, std::numeric_limits<std::size_t>::max(), "P"));
}

TEST_CASE("an error of a cursor names file, byte and field", "[files][cursor]") {
  ByteCursor cursor(bytes_of("0123456789"), "a.bin", "files: the test", 100);
  cursor.skip(2);
  auto part = cursor.part(4, "part");
  CHECK(cursor.position() == 6);
  CHECK(text_of(part.skip(2)) == "23");
  const auto error = error_of([&] { part.take<std::uint32_t>("width"); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.summary() == "files: the test is cut off, or lies about its sizes");
  CHECK(error.where() == "a.bin, byte 104, width");
  CHECK(error.expected() == "4 bytes more");
  CHECK(error.found() == "2");
  // What failed took nothing.
  CHECK(part.remaining() == 2);
  CHECK(error_of([&] { cursor.skip(~std::uint64_t{0}); }).where() == "a.bin, byte 106");
  CHECK(error_of([&] { cursor.part(5); }).code() == ErrorCode::format);
  CHECK(ByteCursor({}, "", "files: the test").error(ErrorCode::limit, "files: no").where() == "byte 0");
}

TEST_CASE("a cursor goes to a multiple, or to the end", "[files][cursor]") {
  ByteCursor cursor(bytes_of("0123456789"), "a.bin", "files: the test");
  cursor.align(4);
  CHECK(cursor.position() == 0);
  cursor.skip(5);
  cursor.align(4);
  CHECK(cursor.position() == 8);
  cursor.skip(1);
  cursor.align(8);
  CHECK(cursor.remaining() == 0);
}
