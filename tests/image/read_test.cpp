#include <faceptor/image/read.hpp>

#include <array>
#include <cmath>

#include <faceptor/image/write.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using encoders::Bytes;
using encoders::PngKind;
using pictures::distance;
using pictures::smooth;

namespace {

std::array<int, 3> pixel(const Image& image, int x, int y) {
  const auto* p = image.at(x, y);
  return {p[0], p[1], p[2]};
}

using Rgb = std::array<int, 3>;

}  // namespace

TEST_CASE("JPEGs of every common kind are read", "[image][read]") {
  const auto image = smooth(48, 40);
  for (const int subsampling : {TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411}) {
    CAPTURE(subsampling);
    CHECK(distance(decode_image(encoders::jpeg(image, subsampling)), image) < 12);
  }
  CHECK(distance(decode_image(encoders::jpeg(image, TJSAMP_444, TJFLAG_PROGRESSIVE)), image) < 8);

  const auto grey = decode_image(encoders::jpeg(image, TJSAMP_GRAY));
  CHECK(pixel(grey, 20, 20)[0] == pixel(grey, 20, 20)[1]);
  CHECK(pixel(grey, 20, 20)[1] == pixel(grey, 20, 20)[2]);
}

TEST_CASE("four-colour JPEGs become RGB", "[image][read]") {
  // Programs that write an Adobe marker store light instead of ink.
  std::vector<std::uint8_t> inverted;
  for (int i = 0; i < 16 * 16; ++i) inverted.insert(inverted.end(), {200, 100, 50, 255});
  const auto rgb = decode_image(encoders::jpeg(16, 16, inverted, TJPF_CMYK, TJSAMP_444));
  CHECK(distance(rgb, [] {
          Image expected(16, 16);
          for (std::size_t i = 0; i < expected.pixels().size(); i += 3) {
            expected.pixels()[i] = 200, expected.pixels()[i + 1] = 100, expected.pixels()[i + 2] = 50;
          }
          return expected;
        }()) <= 3);

  // Without the marker the four samples are ink. What the encoder stored for equal inks of 55 is (200, 128, 128), black as it was.
  std::vector<std::uint8_t> plain;
  for (int i = 0; i < 16 * 16; ++i) plain.insert(plain.end(), {55, 55, 55, 100});
  auto file = encoders::jpeg(16, 16, plain, TJPF_CMYK, TJSAMP_444);
  const auto adobe = file.begin() + static_cast<std::ptrdiff_t>(encoders::find_marker(file, 0xEE));
  file.erase(adobe, adobe + 16);
  const auto ink = pixel(decode_image(file), 8, 8);
  CHECK(std::abs(ink[0] - 55 * 155 / 255) <= 2);
  CHECK(std::abs(ink[1] - 127 * 155 / 255) <= 2);
  CHECK(std::abs(ink[2] - 127 * 155 / 255) <= 2);
}

TEST_CASE("PNGs of every kind are read", "[image][read]") {
  const auto image = smooth(19, 11);
  CHECK(decode_image(encode_png(image)) == image);
  CHECK(decode_image(encoders::png(19, 11, {.interlaced = true}, image.pixels())) == image);

  const std::array<std::uint8_t, 2> grey = {7, 200};
  const auto grey_image = decode_image(encoders::png(2, 1, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE}, grey));
  CHECK(pixel(grey_image, 0, 0) == Rgb{7, 7, 7});
  CHECK(pixel(grey_image, 1, 0) == Rgb{200, 200, 200});

  const std::array<std::uint8_t, 1> bits = {0b10100000};
  const auto bit_image = decode_image(encoders::png(3, 1, {.bit_depth = 1, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, bits));
  CHECK(pixel(bit_image, 0, 0) == Rgb{255, 255, 255});
  CHECK(pixel(bit_image, 1, 0) == Rgb{0, 0, 0});

  const std::array<std::uint16_t, 6> deep = {0x1234, 0xABCD, 0xFF00, 0x0001, 0x80FF, 0xFFFF};
  const std::span<const std::uint8_t> deep_bytes(reinterpret_cast<const std::uint8_t*>(deep.data()), sizeof(deep));
  const auto deep_image = decode_image(encoders::png(2, 1, {.bit_depth = 16}, deep_bytes));
  CHECK(pixel(deep_image, 0, 0) == Rgb{0x12, 0xAB, 0xFF});
  CHECK(pixel(deep_image, 1, 0) == Rgb{0x00, 0x80, 0xFF});
}

TEST_CASE("transparency is laid over white", "[image][read]") {
  const std::array<std::uint8_t, 12> rgba = {10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128};
  const auto image = decode_image(encoders::png(3, 1, {.color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA}, rgba));
  CHECK(pixel(image, 0, 0) == Rgb{10, 20, 30});
  CHECK(pixel(image, 1, 0) == Rgb{255, 255, 255});
  CHECK(pixel(image, 2, 0) == Rgb{132, 137, 142});

  const std::array<std::uint8_t, 4> grey_alpha = {90, 255, 90, 0};
  const auto grey = decode_image(encoders::png(2, 1, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE_ALPHA}, grey_alpha));
  CHECK(pixel(grey, 0, 0) == Rgb{90, 90, 90});
  CHECK(pixel(grey, 1, 0) == Rgb{255, 255, 255});

  const std::array<std::uint8_t, 3> indices = {0, 1, 2};
  const PngKind indexed{
      .color_type = SPNG_COLOR_TYPE_INDEXED, .palette = {{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}}, .palette_alpha = {255, 0}};
  const auto palette = decode_image(encoders::png(3, 1, indexed, indices));
  CHECK(pixel(palette, 0, 0) == Rgb{255, 0, 0});
  CHECK(pixel(palette, 1, 0) == Rgb{255, 255, 255});
  CHECK(pixel(palette, 2, 0) == Rgb{0, 0, 255});
}

TEST_CASE("BMP, PNM, PSD and GIF are read", "[image][read]") {
  const auto image = smooth(13, 7);
  CHECK(decode_image(encoders::bmp(image)) == image);
  CHECK(decode_image(encoders::ppm(image)) == image);
  CHECK(decode_image(encoders::psd(image)) == image);
  const auto gif = decode_image(encoders::gif());
  CHECK(gif.width() == 2);
  CHECK(pixel(gif, 0, 0) == Rgb{255, 0, 0});
  CHECK(pixel(gif, 1, 0) == Rgb{0, 0, 255});
  CHECK(probe_image(encoders::bmp(image)).format == ImageFormat::bmp);
  CHECK(probe_image(encoders::ppm(image)).format == ImageFormat::pnm);
  CHECK(probe_image(encoders::psd(image)).format == ImageFormat::psd);
  CHECK(probe_image(encoders::gif()).format == ImageFormat::gif);
}

TEST_CASE("PNM of every depth is read", "[image][read]") {
  using encoders::operator+;
  const auto grey = decode_image(encoders::text("P5 # a comment\n2\t1\n# and 9 more\n100\n") + encoders::big(0x0064, 2));
  CHECK(pixel(grey, 0, 0) == Rgb{0, 0, 0});
  CHECK(pixel(grey, 1, 0) == Rgb{255, 255, 255});
  const auto deep = decode_image(encoders::text("P6\n1 1\n65535\n") + encoders::big(0x8080FFFF, 4) + encoders::big(0x0000, 2));
  CHECK(pixel(deep, 0, 0) == Rgb{128, 255, 0});
}

TEST_CASE("the bytes decide the format, not the name", "[image][read]") {
  const pictures::TemporaryFolder folder;
  const auto image = smooth(9, 6);
  pictures::write_file(folder / "png.jpg", encode_png(image));
  CHECK(read_image(folder / "png.jpg") == image);
  const auto info = probe_image(folder / "png.jpg");
  CHECK(info.format == ImageFormat::png);
  CHECK(info.width == 9);
  CHECK(info.height == 6);
}

TEST_CASE("the caps hold before anything is allocated", "[image][read]") {
  const auto image = smooth(40, 30);
  const Bytes files[] = {encode_png(image), encoders::jpeg(image), encoders::bmp(image), encoders::ppm(image), encoders::psd(image)};
  for (const auto& file : files) {
    CHECK(decode_image(file, {.max_pixels = 1200}).width() == 40);
    const auto pixels = error_of([&] { decode_image(file, {.max_pixels = 1199}); });
    CHECK(pixels.code() == ErrorCode::limit);
    CHECK(pixels.found() == "40x30");
    CHECK(error_of([&] { probe_image(file, {.max_pixels = 1199}); }).code() == ErrorCode::limit);
    CHECK(error_of([&] { decode_image(file, {.max_pixels = -1}); }).code() == ErrorCode::limit);
    CHECK(decode_image(file, {.max_bytes = file.size()}).width() == 40);
    CHECK(error_of([&] { decode_image(file, {.max_bytes = file.size() - 1}); }).code() == ErrorCode::limit);
  }
  const pictures::TemporaryFolder folder;
  pictures::write_file(folder / "a.png", files[0]);
  CHECK(error_of([&] { read_image(folder / "a.png", {.max_bytes = 10}); }).code() == ErrorCode::limit);
}
