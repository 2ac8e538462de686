#pragma once

#include <spng.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/image/write.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "support/catch.hpp"

/// Files as they come from cameras, the web and enemies, each with the pixels or the error that it must give.
namespace zoo {

using namespace faceptor;
using encoders::big;
using encoders::Bytes;
using encoders::little;
using encoders::operator+;
using encoders::text;

struct Animal {
  std::string name;  ///< of the file; its end may lie
  std::string kind;
  Bytes bytes;
  std::optional<Image> pixels = std::nullopt;
  int tolerance = 0;  ///< of a value, 0..255
  ErrorCode code = ErrorCode::internal;
  std::string says = {};  ///< part of the error's message
};

inline Image flat(int width, int height, std::array<std::uint8_t, 3> colour) {
  Image image(width, height);
  for (std::size_t i = 0; i < image.pixels().size(); ++i) image.pixels()[i] = colour[i % 3];
  return image;
}

/// A row of pixels.
inline Image row(std::vector<std::uint8_t> values) {
  const auto width = static_cast<int>(values.size() / 3);
  return Image(width, 1, std::move(values));
}

inline Image black_and_white(std::string_view bits) {
  std::vector<std::uint8_t> values;
  for (const char bit : bits) values.insert(values.end(), 3, bit == '1' ? 255 : 0);
  return row(std::move(values));
}

inline Bytes first(const Bytes& file, double share) {
  return Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(file.size()) * share));
}

inline Bytes without_last(const Bytes& file, std::ptrdiff_t count) { return Bytes(file.begin(), file.end() - count); }

inline Bytes patched(Bytes file, std::size_t at, const Bytes& with) {
  std::copy(with.begin(), with.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
  return file;
}

inline Bytes deflated(const Bytes& content) {
  auto size = compressBound(static_cast<uLong>(content.size()));
  Bytes out(size);
  REQUIRE(compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
                   static_cast<uLong>(content.size())) == Z_OK);
  out.resize(size);
  return out;
}

inline std::vector<std::uint8_t> cmyk_pixels(std::array<std::uint8_t, 4> ink) {
  std::vector<std::uint8_t> out;
  for (int i = 0; i < 16 * 16; ++i) out.insert(out.end(), ink.begin(), ink.end());
  return out;
}

inline void add_orientations(std::vector<Animal>& zoo) {
  const auto image = pictures::smooth(20, 12);
  const auto jpeg = encoders::jpeg(image);
  for (std::uint32_t orientation = 1; orientation <= 8; ++orientation) {
    const auto exif = encoders::exif(orientation, orientation % 2 == 0);
    zoo.push_back({fmt::format("turned-{}.jpg", orientation), fmt::format("JPEG, EXIF orientation {}", orientation),
                   encoders::jpeg_with_segment(jpeg, 0xE1, text("Exif") + Bytes(2) + exif), upright(image, static_cast<int>(orientation)),
                   6});
  }
  const auto exif = encoders::exif(6, false);
  zoo.push_back({"turned.png", "PNG, EXIF orientation 6", encoders::png_with_chunk(encode_png(image), encoders::png_chunk("eXIf", exif)),
                 upright(image, 6)});
  const auto chunks = encoders::webp_chunks(encoders::webp(image, true));
  zoo.push_back({"turned.webp", "WebP, EXIF orientation 8",
                 encoders::webp_of_chunks(8, 20, 12, chunks + encoders::riff_chunk("EXIF", encoders::exif(8, true))), upright(image, 8)});
  zoo.push_back({"turned-as-jpeg.webp", "WebP whose EXIF has a JPEG's name before it",
                 encoders::webp_of_chunks(8, 20, 12, chunks + encoders::riff_chunk("EXIF", text("Exif") + Bytes(2) + exif)),
                 upright(image, 6)});
  zoo.push_back({"zero.jpg", "JPEG, EXIF orientation 0: as stored",
                 encoders::jpeg_with_segment(jpeg, 0xE1, text("Exif") + Bytes(2) + encoders::exif(0, true)), image, 6});
}

inline void add_jpegs(std::vector<Animal>& zoo) {
  const auto image = pictures::smooth(37, 29);
  const auto jpeg = encoders::jpeg(image);
  zoo.push_back({"plain.jpg", "JPEG, 4:4:4", jpeg, image, 6});
  zoo.push_back({"halved.jpg", "JPEG, 4:2:0", encoders::jpeg(image, TJSAMP_420), image, 12});
  zoo.push_back({"progressive.jpg", "JPEG, progressive", encoders::jpeg(image, TJSAMP_444, TJFLAG_PROGRESSIVE), image, 6});
  const auto grey = encoders::jpeg(flat(16, 16, {90, 90, 90}), TJSAMP_GRAY);
  zoo.push_back({"grey.jpg", "JPEG, grey", grey, flat(16, 16, {90, 90, 90}), 1});
  // The samples are stored as light, as Adobe does; YCCK turns three of them into luma and chroma.
  const auto ycck = encoders::jpeg(16, 16, cmyk_pixels({200, 100, 50, 255}), TJPF_CMYK, TJSAMP_444);
  zoo.push_back({"ycck.jpg", "JPEG, YCCK", ycck, flat(16, 16, {200, 100, 50}), 3});
  const auto adobe = encoders::find_marker(ycck, 0xEE);
  zoo.push_back({"cmyk.jpg", "JPEG, CMYK", patched(ycck, adobe + 15, big(0, 1)), flat(16, 16, {131, 170, 74}), 3});
  const auto profile = text("ICC_PROFILE") + Bytes(1) + big(0x0101, 2) + Bytes(300);
  zoo.push_back({"profile.jpg", "JPEG, ICC profile (not applied)", encoders::jpeg_with_segment(jpeg, 0xE2, profile), image, 6});
  zoo.push_back({"one.jpg", "JPEG, 1x1", encoders::jpeg(flat(1, 1, {10, 200, 90})), flat(1, 1, {10, 200, 90}), 3});
  zoo.push_back({"wide.jpg", "JPEG, 65,500 wide", encoders::jpeg(flat(65500, 1, {10, 200, 90})), flat(65500, 1, {10, 200, 90}), 3});
  const auto frame = encoders::find_marker(jpeg, 0xC0);
  zoo.push_back({"too-wide.jpg", "JPEG, 65,535 wide", patched(encoders::jpeg(flat(65500, 1, {10, 200, 90})), frame + 7, big(65535, 2)),
                 std::nullopt, 0, ErrorCode::unsupported, "65535x1"});
  zoo.push_back({"no-end.jpg", "JPEG without its end marker: read, with a warning", without_last(jpeg, 2), image, 6});
  zoo.push_back(
      {"trailing.jpg", "JPEG with a video behind it, as phones write it", jpeg + Bytes(4) + text("ftypmp42") + Bytes(500), image, 6});
  zoo.push_back({"cut-header.jpg", "JPEG, cut in its header", first(jpeg, 0.1), std::nullopt, 0, ErrorCode::format, "before its size"});
  zoo.push_back({"cut-half.jpg", "JPEG, cut in half", first(jpeg, 0.75), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cut-progressive.jpg", "JPEG, progressive, cut", first(encoders::jpeg(image, TJSAMP_444, TJFLAG_PROGRESSIVE), 0.9),
                 std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cut-signature.jpg", "JPEG, its first two bytes", first(jpeg, 2.5 / static_cast<double>(jpeg.size())), std::nullopt, 0,
                 ErrorCode::unsupported, "cut off"});
  zoo.push_back({"bomb.jpg", "JPEG, 65,500 x 65,500", patched(jpeg, frame + 5, big(0xFFDCFFDC, 4)), std::nullopt, 0, ErrorCode::limit,
                 "more pixels than the cap"});
  zoo.push_back({"deep.jpg", "JPEG of 12 bits", patched(jpeg, frame + 4, big(12, 1)), std::nullopt, 0, ErrorCode::unsupported, "8 bits"});
  zoo.push_back(
      {"lossless.jpg", "JPEG, lossless", patched(jpeg, frame + 1, big(0xC3, 1)), std::nullopt, 0, ErrorCode::unsupported, "lossless"});
}

/// A progressive JPEG that repeats its first scan.
inline Bytes scan_bomb() {
  const auto file = encoders::jpeg(pictures::smooth(64, 64), TJSAMP_444, TJFLAG_PROGRESSIVE);
  const auto scan = encoders::find_marker(file, 0xDA);
  std::size_t end = scan + 2;
  while (file[end] != std::byte{0xFF} || file[end + 1] == std::byte{0} || end == scan + 2) ++end;
  Bytes out(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(end));
  for (int i = 0; i < 2000; ++i) {
    out.insert(out.end(), file.begin() + static_cast<std::ptrdiff_t>(scan), file.begin() + static_cast<std::ptrdiff_t>(end));
  }
  return out + big(0xFFD9, 2);
}

inline void add_pngs(std::vector<Animal>& zoo) {
  using encoders::png;
  const auto image = pictures::smooth(19, 11);
  const auto plain = encode_png(image);
  zoo.push_back({"plain.png", "PNG, RGB of 8 bits", plain, image});
  zoo.push_back({"interlaced.png", "PNG, interlaced", png(19, 11, {.interlaced = true}, image.pixels()), image});
  const std::array<std::uint8_t, 1> bits = {0b10110000};
  zoo.push_back({"grey-1.png", "PNG, grey of 1 bit", png(5, 1, {.bit_depth = 1, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, bits),
                 black_and_white("10110")});
  const std::array<std::uint8_t, 1> pairs = {0b00011011};
  zoo.push_back({"grey-2.png", "PNG, grey of 2 bits", png(4, 1, {.bit_depth = 2, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, pairs),
                 row({0, 0, 0, 85, 85, 85, 170, 170, 170, 255, 255, 255})});
  const std::array<std::uint8_t, 1> nibbles = {0x3C};
  zoo.push_back({"grey-4.png", "PNG, grey of 4 bits", png(2, 1, {.bit_depth = 4, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, nibbles),
                 row({51, 51, 51, 204, 204, 204})});
  const std::array<std::uint8_t, 2> greys = {7, 200};
  zoo.push_back(
      {"grey-8.png", "PNG, grey of 8 bits", png(2, 1, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE}, greys), row({7, 7, 7, 200, 200, 200})});
  const std::array<std::uint16_t, 6> deep = {0x1234, 0xABCD, 0xFF00, 0x0001, 0x80FF, 0xFFFF};
  const std::span<const std::uint8_t> deep_bytes(reinterpret_cast<const std::uint8_t*>(deep.data()), sizeof(deep));
  zoo.push_back({"grey-16.png", "PNG, grey of 16 bits",
                 png(2, 1, {.bit_depth = 16, .color_type = SPNG_COLOR_TYPE_GRAYSCALE}, deep_bytes.first(4)),
                 row({0x12, 0x12, 0x12, 0xAB, 0xAB, 0xAB})});
  zoo.push_back({"rgb-16.png", "PNG, RGB of 16 bits", png(2, 1, {.bit_depth = 16}, deep_bytes), row({0x12, 0xAB, 0xFF, 0x00, 0x80, 0xFF})});
  const std::array<std::uint16_t, 4> clear = {0x1000, 0x2000, 0x3000, 0xFFFF};
  zoo.push_back({"rgba-16.png", "PNG, RGBA of 16 bits",
                 png(1, 1, {.bit_depth = 16, .color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA},
                     std::span(reinterpret_cast<const std::uint8_t*>(clear.data()), sizeof(clear))),
                 row({0x10, 0x20, 0x30})});
  const std::array<std::uint8_t, 6> grey_alpha = {90, 255, 90, 0, 90, 128};
  zoo.push_back({"grey-alpha.png", "PNG, grey and alpha: over white",
                 png(3, 1, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE_ALPHA}, grey_alpha), row({90, 90, 90, 255, 255, 255, 172, 172, 172})});
  const std::array<std::uint8_t, 12> rgba = {10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128};
  zoo.push_back({"rgba.png", "PNG, RGBA: over white", png(3, 1, {.color_type = SPNG_COLOR_TYPE_TRUECOLOR_ALPHA}, rgba),
                 row({10, 20, 30, 255, 255, 255, 132, 137, 142})});
  const std::vector<spng_plte_entry> colours = {{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}};
  const std::array<std::uint8_t, 3> indices = {0, 1, 2};
  zoo.push_back({"palette.png", "PNG, palette", png(3, 1, {.color_type = SPNG_COLOR_TYPE_INDEXED, .palette = colours}, indices),
                 row({255, 0, 0, 0, 255, 0, 0, 0, 255})});
  zoo.push_back({"palette-clear.png", "PNG, palette with transparency: over white",
                 png(3, 1, {.color_type = SPNG_COLOR_TYPE_INDEXED, .palette = colours, .palette_alpha = {255, 0}}, indices),
                 row({255, 0, 0, 255, 255, 255, 0, 0, 255})});
  const std::array<std::uint8_t, 1> packed = {0b00011000};
  zoo.push_back({"palette-2.png", "PNG, palette of 2 bits",
                 png(3, 1, {.bit_depth = 2, .color_type = SPNG_COLOR_TYPE_INDEXED, .palette = colours}, packed),
                 row({255, 0, 0, 0, 255, 0, 0, 0, 255})});
  const auto clear_grey = encoders::png_chunk("tRNS", big(200, 2));
  zoo.push_back({"grey-key.png", "PNG, grey with a transparent value",
                 encoders::png_with_chunk(png(2, 1, {.color_type = SPNG_COLOR_TYPE_GRAYSCALE}, greys), clear_grey),
                 row({7, 7, 7, 255, 255, 255})});
  const auto profile = encoders::png_chunk("iCCP", text("p") + Bytes(2) + deflated(Bytes(300)));
  zoo.push_back({"profile.png", "PNG, ICC profile (not applied)", encoders::png_with_chunk(plain, profile), image});
  zoo.push_back(
      {"gamma.png", "PNG, gamma (not applied)", encoders::png_with_chunk(plain, encoders::png_chunk("gAMA", big(100000, 4))), image});
  zoo.push_back({"one.png", "PNG, 1x1", encode_png(flat(1, 1, {1, 2, 3})), flat(1, 1, {1, 2, 3})});
  zoo.push_back({"wide.png", "PNG, 65,535 wide", encode_png(flat(65535, 1, {1, 2, 3})), flat(65535, 1, {1, 2, 3})});
  zoo.push_back({"tall.png", "PNG, 65,535 high", encode_png(flat(1, 65535, {1, 2, 3})), flat(1, 65535, {1, 2, 3})});
  zoo.push_back({"cut-header.png", "PNG, cut in its header", first(plain, 20.5 / static_cast<double>(plain.size())), std::nullopt, 0,
                 ErrorCode::format, "PNG"});
  zoo.push_back({"cut-half.png", "PNG, cut in its data", first(plain, 0.6), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cut-end.png", "PNG without its last chunk", without_last(plain, 12), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"checksum.png", "PNG with a wrong checksum", patched(plain, plain.size() - 16, big(0, 4)), std::nullopt, 0,
                 ErrorCode::format, "lenient"});
  zoo.push_back({"line-ends.png", "PNG whose line ends were changed on its way",
                 text("\x89PNG\n\x1A\n") + Bytes(plain.begin() + 8, plain.end()), std::nullopt, 0, ErrorCode::unsupported,
                 "damaged signature"});
  zoo.push_back({"bomb-size.png", "PNG, 60,000 x 60,000 in 90 bytes",
                 encoders::png_start(60000, 60000) + encoders::png_chunk("IDAT", Bytes(20)), std::nullopt, 0, ErrorCode::limit,
                 "more pixels than the cap"});
  zoo.push_back(
      {"bomb-text.png", "PNG whose text unpacks to 64 MiB",
       encoders::png_with_chunk(plain, encoders::png_chunk("zTXt", text("k") + Bytes(2) + deflated(Bytes(std::size_t{64} << 20)))),
       std::nullopt, 0, ErrorCode::limit, "a chunk of the PNG"});
  zoo.push_back(
      {"bomb-profile.png", "PNG whose colour profile unpacks to 64 MiB",
       encoders::png_with_chunk(plain, encoders::png_chunk("iCCP", text("k") + Bytes(2) + deflated(Bytes(std::size_t{64} << 20)))),
       std::nullopt, 0, ErrorCode::limit, "a chunk of the PNG"});
}

inline void add_webps(std::vector<Animal>& zoo) {
  const auto image = pictures::smooth(40, 24);
  const auto lossy = encoders::webp(image, false), lossless = encoders::webp(image, true);
  zoo.push_back({"lossy.webp", "WebP, lossy", lossy, image, 12});
  zoo.push_back({"lossless.webp", "WebP, lossless", lossless, image});
  const std::array<std::uint8_t, 12> rgba = {10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128};
  zoo.push_back({"alpha.webp", "WebP, lossless, alpha: over white", encoders::webp(3, 1, rgba, true),
                 row({10, 20, 30, 255, 255, 255, 132, 137, 142})});
  std::vector<std::uint8_t> half_clear;
  for (int i = 0; i < 32 * 32; ++i) half_clear.insert(half_clear.end(), {10, 200, 90, static_cast<std::uint8_t>(i % 32 < 16 ? 255 : 0)});
  auto half = flat(32, 32, {10, 200, 90});
  for (int y = 0; y < 32; ++y) std::fill(half.at(16, y), half.at(31, y) + 3, std::uint8_t{255});
  zoo.push_back({"alpha-lossy.webp", "WebP, lossy, alpha: over white", encoders::webp(32, 32, half_clear, false), half, 6});
  const auto second = encoders::webp_frame(0, 0, flat(40, 24, {0, 0, 0}));
  zoo.push_back({"animated.webp", "WebP, animated: its first frame",
                 encoders::webp_animation(40, 24, encoders::webp_frame(0, 0, image) + second), image});
  Image placed = flat(60, 30, {255, 255, 255});
  for (int y = 0; y < 24; ++y) std::copy(image.at(0, y), image.at(39, y) + 3, placed.at(12, y + 4));
  zoo.push_back({"animated-part.webp", "WebP, animated, its first frame covers a part: the rest is white",
                 encoders::webp_animation(60, 30, encoders::webp_frame(12, 4, image) + second), placed});
  zoo.push_back({"animated-outside.webp", "WebP, animated, its first frame leaves the canvas",
                 encoders::webp_animation(60, 30, encoders::webp_frame(40, 4, image)), std::nullopt, 0, ErrorCode::format, "canvas"});
  zoo.push_back({"animated-empty.webp", "WebP, animated, without a frame", encoders::webp_animation(60, 30, {}), std::nullopt, 0,
                 ErrorCode::format, "WebP"});
  zoo.push_back({"profile.webp", "WebP, ICC profile (not applied)",
                 encoders::webp_of_chunks(32, 40, 24, encoders::riff_chunk("ICCP", Bytes(300)) + encoders::webp_chunks(lossless)), image});
  zoo.push_back({"one.webp", "WebP, 1x1", encoders::webp(flat(1, 1, {1, 2, 3}), true), flat(1, 1, {1, 2, 3})});
  zoo.push_back({"wide.webp", "WebP, 16,383 wide", encoders::webp(flat(16383, 1, {1, 2, 3}), true), flat(16383, 1, {1, 2, 3})});
  zoo.push_back({"cut-header.webp", "WebP, cut in its header", first(lossy, 25.5 / static_cast<double>(lossy.size())), std::nullopt, 0,
                 ErrorCode::format, "the data end early"});
  zoo.push_back({"cut-half.webp", "WebP, lossy, cut in half", first(lossy, 0.5), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cut-lossless.webp", "WebP, lossless, cut", first(lossless, 0.8), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cut-end.webp", "WebP without its last byte", without_last(lossy, 1), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"bomb-canvas.webp", "WebP, canvas of 65,536 x 65,535", encoders::webp_animation(65536, 65535, second), std::nullopt, 0,
                 ErrorCode::limit, "more pixels than the cap"});
  zoo.push_back(
      {"bomb.webp", "WebP, 16,384 x 16,384 in 40 bytes",
       encoders::riff_chunk("RIFF", text("WEBP") + encoders::riff_chunk("VP8L", big(0x2F, 1) + little(0x0FFFFFFF, 4) + Bytes(15))),
       std::nullopt, 0, ErrorCode::limit, "more pixels than the cap"});
}

inline void add_others(std::vector<Animal>& zoo) {
  const auto image = pictures::smooth(13, 7);
  zoo.push_back({"plain.bmp", "BMP of 24 bits", encoders::bmp(image), image});
  zoo.push_back({"plain.ppm", "PPM", encoders::ppm(image), image});
  zoo.push_back({"deep.pgm", "PGM of 16 bits", text("P5\n2 1\n65535\n") + big(0x0000FFFF, 4), row({0, 0, 0, 255, 255, 255})});
  const auto psd = encoders::psd(image);
  zoo.push_back({"plain.psd", "PSD", psd, image});
  zoo.push_back({"cut.psd", "PSD, cut", first(psd, 0.9), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"cmyk.psd", "PSD, CMYK", patched(psd, 24, big(4, 2)), std::nullopt, 0, ErrorCode::unsupported, "mode 4"});
  // Three rows in a picture of one: a run of two, and two bytes as they are; then a plane of 16 bits.
  const auto psd_start = [](std::uint32_t width, std::uint32_t depth, std::uint32_t packing) {
    return text("8BPS") + big(1, 2) + big(0, 4) + big(0, 2) + big(3, 2) + big(1, 4) + big(width, 4) + big(depth, 2) + big(3, 2) +
           big(0, 4) + big(0, 4) + big(0, 4) + big(packing, 2);
  };
  const auto packed = big(0xFF0A01, 3) + big(0x0714, 2);  // 10 10, 7 20
  zoo.push_back({"packed.psd", "PSD, packed rows", psd_start(4, 8, 1) + big(0x00050005, 4) + big(5, 2) + packed + packed + packed,
                 row({10, 10, 10, 10, 10, 10, 7, 7, 7, 20, 20, 20})});
  zoo.push_back({"overlong.psd", "PSD whose rows are longer than the picture is wide",
                 psd_start(3, 8, 1) + big(0x00050005, 4) + big(5, 2) + packed + packed + packed, std::nullopt, 0, ErrorCode::format,
                 "a row is not as long"});
  zoo.push_back({"deep.psd", "PSD of 16 bits", psd_start(1, 16, 0) + big(0x0AFF1400, 4) + big(0x1EFF, 2), row({10, 20, 30})});
  zoo.push_back({"gif.jpg", "GIF named .jpg", encoders::gif(), row({255, 0, 0, 0, 0, 255})});
  zoo.push_back({"png.jpeg", "PNG named .jpeg", encode_png(image), image});
  zoo.push_back({"webp.png", "WebP named .png", encoders::webp(image, true), image});
  zoo.push_back({"heic.jpg", "HEIC named .jpg", big(24, 4) + text("ftypheic") + Bytes(4) + text("mif1heic") + Bytes(200), std::nullopt, 0,
                 ErrorCode::unsupported, "a HEIC picture"});
  zoo.push_back({"avif.jpg", "AVIF named .jpg", big(24, 4) + text("ftypavif") + Bytes(4) + text("mif1avif") + Bytes(200), std::nullopt, 0,
                 ErrorCode::unsupported, "an AVIF picture"});
  zoo.push_back({"tiff.jpg", "TIFF named .jpg", text("II*") + Bytes(60), std::nullopt, 0, ErrorCode::unsupported, "convert it first"});
  zoo.push_back({"raw.jpg", "raw photo named .jpg", text("II*") + Bytes(1) + little(16, 4) + text("CR\2") + Bytes(60), std::nullopt, 0,
                 ErrorCode::unsupported, "raw photo"});
  zoo.push_back(
      {"jxl.jpg", "JPEG XL named .jpg", big(0xFF0A, 2) + Bytes(60), std::nullopt, 0, ErrorCode::unsupported, "a JPEG XL picture"});
  zoo.push_back({"text.png", "text named .png", text("not found\n"), std::nullopt, 0, ErrorCode::unsupported, "plain text"});
  zoo.push_back(
      {"page.jpg", "HTML named .jpg", text("<!doctype html><title>404</title>"), std::nullopt, 0, ErrorCode::unsupported, "an HTML page"});
  zoo.push_back({"pointer.jpg", "git-lfs pointer named .jpg", text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
                 std::nullopt, 0, ErrorCode::unsupported, "git-lfs"});
  zoo.push_back(
      {"drawing.svg", "SVG", text("<svg xmlns='http://www.w3.org/2000/svg'/>"), std::nullopt, 0, ErrorCode::unsupported, "an SVG drawing"});
  zoo.push_back({"zeros.jpg", "zeros, as a lost download leaves them", Bytes(4096), std::nullopt, 0, ErrorCode::unsupported,
                 "an unknown kind of file"});
  zoo.push_back({"empty.jpg", "empty file", {}, std::nullopt, 0, ErrorCode::format, "empty"});
  zoo.push_back({"cut.gif", "GIF, cut", first(encoders::gif(), 0.5), std::nullopt, 0, ErrorCode::format, "GIF"});
  zoo.push_back({"cut.bmp", "BMP, cut", first(encoders::bmp(image), 0.5), std::nullopt, 0, ErrorCode::format, "lenient"});
  zoo.push_back({"bomb.bmp", "BMP, 60,000 x 60,000 in 300 bytes", patched(encoders::bmp(image), 18, little(60000, 4) + little(60000, 4)),
                 std::nullopt, 0, ErrorCode::limit, "more pixels than the cap"});
  zoo.push_back({"bomb.gif", "GIF, 65,535 x 65,535 in 50 bytes", patched(encoders::gif(), 6, little(0xFFFFFFFF, 4)), std::nullopt, 0,
                 ErrorCode::limit, "more pixels than the cap"});
  zoo.push_back({"bomb.psd", "PSD, 60,000 x 60,000 in 400 bytes", patched(psd, 14, big(60000, 4) + big(60000, 4)), std::nullopt, 0,
                 ErrorCode::limit, "more pixels than the cap"});
  zoo.push_back({"bomb.ppm", "PPM, 60,000 x 60,000 in 20 bytes", text("P6\n60000 60000\n255\n"), std::nullopt, 0, ErrorCode::limit,
                 "more pixels than the cap"});
  zoo.push_back({"bomb-scans.jpg", "JPEG of 2,000 scans", scan_bomb(), std::nullopt, 0, ErrorCode::format, "damaged or cut off"});
}

/// All of them.
inline std::vector<Animal> animals() {
  std::vector<Animal> zoo;
  add_orientations(zoo);
  add_jpegs(zoo);
  add_pngs(zoo);
  add_webps(zoo);
  add_others(zoo);
  return zoo;
}

}  // namespace zoo
