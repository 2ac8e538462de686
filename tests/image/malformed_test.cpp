#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/log.hpp>
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

struct Malformed {
  const char* name;
  Bytes bytes;
  ErrorCode code;
  const char* says;  ///< part of the message
};

Bytes cut(const Bytes& file, double share) {
  return Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(file.size()) * share));
}

Bytes patched(Bytes file, std::size_t at, const Bytes& with) {
  std::copy(with.begin(), with.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
  return file;
}

std::vector<Malformed> malformed_files() {
  const auto image = pictures::smooth(40, 30);
  const auto jpeg = encoders::jpeg(image), png = encode_png(image), bmp = encoders::bmp(image), ppm = encoders::ppm(image);
  const auto progressive = encoders::jpeg(image, TJSAMP_420, TJFLAG_PROGRESSIVE);
  const auto frame = encoders::find_marker(jpeg, 0xC0);
  const auto kFormat = ErrorCode::format, kUnsupported = ErrorCode::unsupported, kLimit = ErrorCode::limit;
  return {
      {"empty", {}, kFormat, "empty"},
      {"one byte", Bytes(1), kUnsupported, "unknown kind"},
      {"two bytes of a JPEG", text("\xFF\xD8"), kUnsupported, "cut off"},
      {"signature of a JPEG alone", text("\xFF\xD8\xFF"), kFormat, "before its size"},
      {"JPEG cut in its header", cut(jpeg, 0.1), kFormat, "before its size"},
      {"JPEG cut in half", cut(jpeg, 0.7), kFormat, "damaged or cut off"},
      {"JPEG that lacks its last data", Bytes(jpeg.begin(), jpeg.end() - 8), kFormat, "damaged or cut off"},
      {"progressive JPEG cut", cut(progressive, 0.8), kFormat, "damaged or cut off"},
      {"JPEG of zero height", patched(jpeg, frame + 5, big(0, 2)), kFormat, "zero pixels"},
      {"JPEG of zero width", patched(jpeg, frame + 7, big(0, 2)), kFormat, "zero pixels"},
      {"JPEG of huge size", patched(jpeg, frame + 5, big(0xFFDCFFDC, 4)), kLimit, "more pixels than the cap"},
      {"JPEG of 12 bits", patched(jpeg, frame + 4, big(12, 1)), kUnsupported, "8 bits"},
      {"lossless JPEG", patched(jpeg, frame + 1, big(0xC3, 1)), kUnsupported, "lossless"},
      {"JPEG without tables", patched(jpeg, encoders::find_marker(jpeg, 0xDB) + 1, big(0xFE, 1)), kFormat, "damaged or cut off"},
      {"JPEG segment of length 0", text("\xFF\xD8\xFF\xE0") + Bytes(40), kFormat, "before its size"},
      {"JPEG of two components", patched(jpeg, frame + 9, big(2, 1)), kFormat, "damaged or cut off"},
      {"signature of a PNG alone", text("\x89PNG\r\n\x1A\n"), kFormat, "PNG"},
      {"PNG with a damaged signature", text("\x89PNG\n\x1A\n"), kUnsupported, "damaged signature"},
      {"PNG without picture data", encoders::png_start(4, 4) + encoders::png_chunk("IEND", {}), kFormat, "PNG"},
      {"PNG cut in its header", Bytes(png.begin(), png.begin() + 20), kFormat, "PNG"},
      {"PNG cut in its data", cut(png, 0.6), kFormat, "PNG"},
      {"PNG without its end", Bytes(png.begin(), png.end() - 12), kFormat, "PNG"},
      {"PNG whose header's CRC is wrong", patched(png, 29, big(0, 4)), kFormat, "PNG"},
      {"PNG whose data's CRC is wrong", patched(png, png.size() - 16, big(0, 4)), kFormat, "PNG"},
      {"PNG of huge size", encoders::png_start(60000, 60000) + encoders::png_chunk("IDAT", Bytes(20)), kLimit, "more pixels than the cap"},
      {"PNG wider than PNG allows", encoders::png_start(0x80000000, 1), kFormat, "PNG"},
      {"PNG of zero width", encoders::png_start(0, 5), kFormat, "zero pixels"},
      {"PNG of zero height", encoders::png_start(5, 0), kFormat, "zero pixels"},
      {"PNG with data that don't unpack", encoders::png_start(4, 4) + encoders::png_chunk("IDAT", Bytes(20)), kFormat, "PNG"},
      {"BMP cut", cut(bmp, 0.5), kFormat, "end early"},
      {"BMP header alone", Bytes(bmp.begin(), bmp.begin() + 30), kFormat, "BMP"},
      {"BMP of huge size", patched(bmp, 18, little(60000, 4) + little(60000, 4)), kLimit, "more pixels than the cap"},
      {"BMP of zero width", patched(bmp, 18, little(0, 4)), kFormat, "BMP"},
      {"BMP of 7 bits", patched(bmp, 28, little(7, 2)), kFormat, "BMP"},
      {"PPM cut", cut(ppm, 0.5), kFormat, "end early"},
      {"PPM without a size", text("P6\nwide\n"), kFormat, "PNM"},
      {"PPM of huge size", text("P6\n60000 60000\n255\n"), kLimit, "more pixels than the cap"},
      {"PSD header alone", text("8BPS") + big(1, 2) + Bytes(4), kFormat, "PSD"},
      {"GIF header alone", text("GIF89a") + little(5, 2), kFormat, "GIF"},
      {"HTML", text("\n<!DOCTYPE html><html></html>"), kUnsupported, "an HTML page"},
      {"git-lfs pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), kUnsupported, "a git-lfs pointer"},
      {"WebP header alone", text("RIFF") + little(20, 4) + text("WEBPVP8 "), kFormat, "WebP"},
      {"RIFF that is no WebP", text("RIFF") + little(20, 4) + text("WAVEfmt "), kUnsupported, "(RIFF)"},
      {"HEIC", big(24, 4) + text("ftypheic") + Bytes(12), kUnsupported, "a HEIC picture"},
      {"AVIF", big(24, 4) + text("ftypavif") + Bytes(12), kUnsupported, "an AVIF picture"},
      {"TIFF", text("II*") + Bytes(10), kUnsupported, "a TIFF picture"},
      {"PDF", text("%PDF-1.7"), kUnsupported, "a PDF document"},
      {"SVG", text("<svg xmlns=\"\"/>"), kUnsupported, "an SVG drawing"},
      {"text", text("Big Mac, BMP and so on"), kUnsupported, "plain text"},
      {"text that begins as a BMP", text("BMW and other makers"), kUnsupported, "plain text"},
      {"JSON", text("{\"a\": 1}"), kUnsupported, "JSON"},
  };
}

}  // namespace

TEST_CASE("each malformed file is one clear error", "[image][malformed]") {
  for (const auto& file : malformed_files()) {
    CAPTURE(file.name);
    const auto error = error_of([&] { decode_image(file.bytes, {}, "photo.jpg"); });
    CHECK(error.code() == file.code);
    CHECK(error.where() == "photo.jpg");
    CHECK(error.summary().starts_with("image: "));
    CHECK_THAT(error.what(), Contains(file.says));
  }
}

TEST_CASE("probing accepts or refuses and never decodes", "[image][malformed]") {
  for (const auto& file : malformed_files()) {
    CAPTURE(file.name);
    try {
      const auto info = probe_image(file.bytes, {}, "photo.jpg");
      CHECK(info.width > 0);
      CHECK(info.height > 0);
    } catch (const Error& e) {
      CHECK(e.code() == file.code);
    }
  }
}

TEST_CASE("no beginning of a file passes for the whole", "[image][malformed]") {
  const auto image = pictures::smooth(12, 10);
  const Bytes files[] = {encoders::jpeg(image), encoders::jpeg(image, TJSAMP_420, TJFLAG_PROGRESSIVE),
                         encode_png(image),     encoders::bmp(image),
                         encoders::ppm(image),  encoders::psd(image)};
  for (const auto& file : files) {
    CHECK(decode_image(file).width() == 12);
    // libspng doesn't read the checksum of a PNG's last chunk, which holds nothing.
    // The end marker of a JPEG in one scan, the first of them, holds nothing either, and may be missing.
    const std::size_t ending = sniff_format(file) == ImageFormat::png ? 4 : &file == &files[0] ? 2 : 0;
    for (std::size_t length = 0; length < file.size() - ending; ++length) {
      CAPTURE(length);
      error_of([&] { decode_image(std::span(file).first(length)); });
    }
  }
}

TEST_CASE("a wrong byte anywhere gives a picture or an error", "[image][malformed]") {
  const auto image = pictures::smooth(12, 10);
  const Bytes files[] = {encoders::jpeg_with_segment(encoders::jpeg(image), 0xE1, text("Exif") + Bytes(2) + encoders::exif(6, true)),
                         encoders::jpeg(image, TJSAMP_420, TJFLAG_PROGRESSIVE),
                         encode_png(image),
                         encoders::bmp(image),
                         encoders::ppm(image),
                         encoders::psd(image),
                         encoders::gif()};
  int pictures = 0, errors = 0;
  for (const auto& file : files) {
    for (std::size_t i = 0; i < file.size(); ++i) {
      for (const auto flip : {std::byte{0xFF}, std::byte{0x01}, std::byte{0x80}}) {
        auto changed = file;
        changed[i] ^= flip;
        for (const bool lenient : {false, true}) {
          try {
            const auto out = decode_image(changed, {.lenient = lenient, .max_pixels = 100'000});
            ++(out.empty() ? errors : pictures);
          } catch (const Error&) {
            ++errors;
          }
        }
      }
    }
  }
  CHECK(pictures > 0);
  CHECK(errors > 0);
}

TEST_CASE("a JPEG whose picture is whole is read, with a warning", "[image][malformed]") {
  const auto image = pictures::smooth(64, 48);
  std::vector<std::string> warnings;
  set_log_sink([&](LogLevel level, std::string_view line) {
    if (level == LogLevel::warning) warnings.emplace_back(line);
  });
  const auto reads_with_a_warning = [&](const Bytes& file, const Image& sound) {
    CHECK(decode_image(file, {}, "cam.jpg") == sound);
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("cam.jpg") != std::string::npos);
    warnings.clear();
  };
  const auto whole = encoders::jpeg(image, TJSAMP_444);
  const auto sound = decode_image(whole);
  CHECK(warnings.empty());
  reads_with_a_warning(Bytes(whole.begin(), whole.end() - 2), sound);  // no end marker
  setenv("TJ_RESTART", "1", 1);                                        // a marker after each row of blocks
  const auto file = encoders::jpeg(image, TJSAMP_420);
  unsetenv("TJ_RESTART");
  auto stray = file;
  const auto marker = encoders::find_marker(file, 0xD0);
  for (const int byte : {0x1A, 0x00}) stray.insert(stray.begin() + static_cast<std::ptrdiff_t>(marker), static_cast<std::byte>(byte));
  reads_with_a_warning(stray, decode_image(file));
  CHECK(error_of([&] { decode_image(cut(stray, 0.9)); }).code() == ErrorCode::format);
  // What stands between the pictures of a webcam's stream.
  reads_with_a_warning(text("--boundary\r\nContent-Type: image/jpeg\r\n\r\n") + file, decode_image(file));
  CHECK(probe_image(text("\n") + file).width == probe_image(file).width);
  CHECK(error_of([&] { decode_image(Bytes(2000) + file); }).code() == ErrorCode::unsupported);
  set_log_sink({});
}

TEST_CASE("advice can be followed by whoever has the program alone", "[image][malformed]") {
  const auto file = encode_png(pictures::smooth(40, 30));
  CHECK(error_of([&] { decode_image(cut(file, 0.6)); }).hint() == "the option \"lenient\" takes what can be decoded");
  CHECK(error_of([&] { decode_image(file, {.max_pixels = 100}); }).hint() == "the option \"max-pixels\" raises it");
  const auto heic = big(24, 4) + text("ftypheic") + Bytes(12);
  CHECK(error_of([&] { decode_image(heic); }).hint() == "convert it first: magick PICTURE PICTURE.jpg");
}

TEST_CASE("lenient reading keeps what could be decoded", "[image][malformed]") {
  const auto image = pictures::smooth(64, 64);
  for (const auto& file : {encoders::jpeg(image), encode_png(image), encoders::bmp(image)}) {
    const auto part = cut(file, 0.9);
    error_of([&] { decode_image(part); });
    const auto out = decode_image(part, {.lenient = true});
    REQUIRE(out.width() == 64);
    REQUIRE(out.height() == 64);
  }
  const auto out = decode_image(cut(encoders::jpeg(image), 0.9), {.lenient = true});
  CHECK(std::abs(int{out.at(5, 5)[0]} - int{image.at(5, 5)[0]}) < 8);
}

TEST_CASE("paths that hold no picture are named", "[image][malformed]") {
  const pictures::TemporaryFolder folder;
  const auto missing = error_of([&] { read_image(folder / "missing.jpg"); });
  CHECK(missing.code() == ErrorCode::io);
  CHECK(missing.where() == (folder / "missing.jpg").string());
  const auto directory = error_of([&] { read_image(folder.path()); });
  CHECK(directory.code() == ErrorCode::io);
  CHECK_THAT(directory.what(), Contains("folder"));
  pictures::write_file(folder / "empty.png", {});
  CHECK(error_of([&] { read_image(folder / "empty.png"); }).code() == ErrorCode::format);
  CHECK(error_of([&] { probe_image(folder / "empty.png"); }).code() == ErrorCode::format);
}
