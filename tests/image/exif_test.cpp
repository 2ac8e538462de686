#include <faceptor/image/codecs.hpp>

#include <cmath>

#include <faceptor/image/read.hpp>
#include <faceptor/image/write.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using encoders::big;
using encoders::Bytes;
using encoders::little;
using encoders::operator+;
using encoders::text;

namespace {

Bytes png_with_exif(const Image& image, const Bytes& tiff) {
  return encoders::png_with_chunk(encode_png(image), encoders::png_chunk("eXIf", tiff));
}

Bytes jpeg_with_exif(const Image& image, const Bytes& tiff) {
  return encoders::jpeg_with_segment(encoders::jpeg(image), 0xE1, text("Exif") + Bytes(2) + tiff);
}

}  // namespace

TEST_CASE("each orientation turns the picture as the standard says", "[image][exif]") {
  // Where the stored picture's top-left pixel and the one right of it stand when the picture is upright.
  struct Case {
    int orientation, width, height, x, y, next_x, next_y;
  };
  const auto stored = pictures::smooth(3, 2);
  for (const auto& c : {Case{1, 3, 2, 0, 0, 1, 0}, Case{2, 3, 2, 2, 0, 1, 0}, Case{3, 3, 2, 2, 1, 1, 1}, Case{4, 3, 2, 0, 1, 1, 1},
                        Case{5, 2, 3, 0, 0, 0, 1}, Case{6, 2, 3, 1, 0, 1, 1}, Case{7, 2, 3, 1, 2, 1, 1}, Case{8, 2, 3, 0, 2, 0, 1}}) {
    CAPTURE(c.orientation);
    for (const bool little_endian : {true, false}) {
      const auto file = png_with_exif(stored, encoders::exif(static_cast<std::uint32_t>(c.orientation), little_endian));
      const auto image = decode_image(file);
      REQUIRE(image.width() == c.width);
      REQUIRE(image.height() == c.height);
      CHECK(std::equal(image.at(c.x, c.y), image.at(c.x, c.y) + 3, stored.at(0, 0)));
      CHECK(std::equal(image.at(c.next_x, c.next_y), image.at(c.next_x, c.next_y) + 3, stored.at(1, 0)));
      CHECK(decode_image(file, {.apply_orientation = false}) == stored);

      const auto info = probe_image(file);
      CHECK(info.orientation == c.orientation);
      CHECK(info.width == c.width);
      CHECK(info.height == c.height);
      CHECK(probe_image(file, {.apply_orientation = false}).width == 3);
    }
    const auto jpeg = jpeg_with_exif(pictures::smooth(32, 16), encoders::exif(static_cast<std::uint32_t>(c.orientation), true));
    CHECK(decode_image(jpeg) == upright(decode_image(jpeg, {.apply_orientation = false}), c.orientation));
    CHECK(probe_image(jpeg).orientation == c.orientation);
  }
}

TEST_CASE("an orientation undone is the picture again", "[image][exif]") {
  const auto image = pictures::smooth(5, 7);
  for (const int self_inverse : {1, 2, 3, 4, 5, 7}) CHECK(upright(upright(image, self_inverse), self_inverse) == image);
  CHECK(upright(upright(image, 6), 8) == image);
  CHECK(error_of([&] { upright(image, 0); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { upright(image, 9); }).code() == ErrorCode::argument);
}

TEST_CASE("an EXIF orientation may be a whole number of any size", "[image][exif]") {
  for (const bool is_little : {true, false}) {
    const auto number = [&](std::uint32_t value, int count) { return is_little ? little(value, count) : encoders::big(value, count); };
    const auto start = is_little ? text("II*") + Bytes(1) : text("MM") + Bytes(1) + text("*");
    for (const auto& [type, size] : {std::pair{1U, 1}, {3U, 2}, {4U, 4}, {6U, 1}, {8U, 2}, {9U, 4}}) {
      CAPTURE(is_little, type);
      const auto tiff = start + number(8, 4) + number(1, 2) + number(0x0112, 2) + number(type, 2) + number(1, 4) + number(6, size) +
                        Bytes(static_cast<std::size_t>(4 - size));
      CHECK(exif_orientation(tiff) == 6);
    }
  }
}

TEST_CASE("EXIF that is not sound leaves the picture as it is", "[image][exif]") {
  const auto entry = [](std::uint32_t tag, std::uint32_t type, std::uint32_t value) {
    return little(tag, 2) + little(type, 2) + little(1, 4) + little(value, 4);
  };
  const auto good = encoders::exif(6, true);
  const std::pair<const char*, Bytes> cases[] = {
      {"empty", {}},
      {"no byte order", text("XX*") + Bytes(30)},
      {"directory offset past the end", text("II*") + Bytes(1) + little(0xFFFFFFFF, 4)},
      {"directory offset at the end", text("II*") + Bytes(1) + little(8, 4)},
      {"directory in the header", text("II*") + Bytes(1) + little(0, 4)},
      {"more entries than bytes", text("II*") + Bytes(1) + little(8, 4) + little(0xFFFF, 2) + entry(0x0100, 3, 1)},
      {"value 0", encoders::exif(0, true)},
      {"value 9", encoders::exif(9, true)},
      {"value 65535", encoders::exif(65535, false)},
      {"a type that is no whole number", text("II*") + Bytes(1) + little(8, 4) + little(1, 2) + entry(0x0112, 5, 6)},
      {"another tag", text("II*") + Bytes(1) + little(8, 4) + little(1, 2) + entry(0x0113, 3, 6)},
      {"entry cut off", Bytes(good.begin(), good.begin() + 17)},
  };
  const auto image = pictures::smooth(6, 4);
  for (const auto& [name, tiff] : cases) {
    CAPTURE(name);
    CHECK(exif_orientation(tiff) == 1);
    // libspng refuses a chunk of eXIf without a byte in it.
    if (!tiff.empty()) CHECK(decode_image(png_with_exif(image, tiff)) == image);
    CHECK(decode_image(jpeg_with_exif(image, tiff)).width() == 6);
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    const int orientation = exif_orientation(std::span(good).first(length));
    CHECK((orientation == 1 || orientation == 6));
  }
}

TEST_CASE("EXIF is found behind other segments and not elsewhere", "[image][exif]") {
  const auto image = pictures::smooth(16, 8);
  const auto file = jpeg_with_exif(image, encoders::exif(6, false));
  CHECK(probe_image(encoders::jpeg_with_segment(file, 0xE1, text("http://ns.adobe.com/xap/1.0/") + Bytes(9))).orientation == 6);
  CHECK(probe_image(encoders::jpeg_with_segment(file, 0xFE, text("a comment"))).orientation == 6);

  auto damaged = png_with_exif(image, encoders::exif(6, true));
  damaged[8 + 25 + 8] ^= std::byte{1};
  CHECK(probe_image(damaged).orientation == 1);
  CHECK(find_exif(text("no picture")).empty());
  CHECK(find_exif({}).empty());
}

TEST_CASE("what systems leave in folders is hidden", "[image][codecs]") {
  for (const char* name : {".git", "._a.jpg", "__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"})
    CHECK(faceptor::is_hidden_name(name));
  for (const char* name : {"a.jpg", "_a.jpg", "MACOSX", ""}) CHECK_FALSE(faceptor::is_hidden_name(name));
}

TEST_CASE("files are tried by how their names end, in letters of either case", "[image][codecs]") {
  for (const char* name : {"a.jpg", "b/c.JPEG", "a.jfif", "a.b.Png", "a.pnm", "a.psd", "a.WebP", "a.MPO", "a.apng", "a.insp"}) {
    CAPTURE(name);
    CHECK(faceptor::has_picture_name(name));
    CHECK_FALSE(faceptor::has_unread_picture_name(name));
  }
  for (const char* name : {"jpg", ".jpg", "a.jpg.txt", "a.heic", "a.", "a.jpg/b"}) {
    CAPTURE(name);
    CHECK_FALSE(faceptor::has_picture_name(name));
  }
  for (const char* name : {"a.HEIC", "b/c.avif", "a.tiff", "a.nef", "a.jxl", "a.tga", "a.pef", "a.jxr", "a.exr", "a.svg"}) {
    CAPTURE(name);
    CHECK(faceptor::has_unread_picture_name(name));
    CHECK_FALSE(faceptor::has_picture_name(name));
  }
}
