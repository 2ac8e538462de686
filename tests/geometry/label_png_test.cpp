#include <faceptor/geometry/label_png.hpp>

#include <string>

#include <faceptor/image/write.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using encoders::Bytes;

namespace {

LabelImage stripes(int width, int height, int classes) {
  LabelImage labels{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) labels.labels.push_back(static_cast<std::uint8_t>((x + 3 * y) % classes));
  }
  return labels;
}

/// The same labels with `bits` a pixel, each row filled up to whole bytes.
std::vector<std::uint8_t> packed(const LabelImage& labels, int bits) {
  std::vector<std::uint8_t> bytes;
  for (int y = 0; y < labels.height; ++y) {
    for (int x = 0; x < labels.width; ++x) {
      const int bit = x * bits % 8;
      if (bit == 0) bytes.push_back(0);
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | labels.at(x, y) << (8 - bits - bit));
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("written labels come back", "[geometry][labels]") {
  const pictures::TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{17, 5}, std::pair{64, 48}}) {
    const auto labels = stripes(width, height, 11);
    write_labels(folder / "labels.png", labels);
    CHECK(read_labels(folder / "labels.png", 11) == labels);
  }
}

TEST_CASE("grey of few bits holds classes, not shades", "[geometry][labels]") {
  for (const std::uint8_t bits : {1, 2, 4, 8}) {
    for (const bool interlaced : {false, true}) {
      CAPTURE(int{bits}, interlaced);
      const auto labels = stripes(13, 9, 1 << bits);
      encoders::PngKind kind{.bit_depth = bits, .color_type = SPNG_COLOR_TYPE_GRAYSCALE, .interlaced = interlaced};
      CHECK(decode_labels(encoders::png(13, 9, kind, packed(labels, bits))) == labels);
    }
  }
}

TEST_CASE("of a palette the index is the class", "[geometry][labels]") {
  const auto labels = stripes(10, 7, 3);
  for (const std::uint8_t bits : {2, 4, 8}) {
    CAPTURE(int{bits});
    const encoders::PngKind kind{.bit_depth = bits,
                                 .color_type = SPNG_COLOR_TYPE_INDEXED,
                                 .palette = {{9, 9, 9, 255}, {9, 9, 9, 255}, {250, 1, 2, 255}},
                                 .palette_alpha = {0, 128}};
    CHECK(decode_labels(encoders::png(10, 7, kind, packed(labels, bits)), 3) == labels);
  }
}

TEST_CASE("a class out of range is named with its pixel", "[geometry][labels]") {
  auto labels = stripes(6, 4, 11);
  labels.labels[2 * 6 + 5] = 11;
  const auto error = error_of([&] { decode_labels(encode_labels(labels), 11, {}, "mask.png"); });
  CHECK(error.code() == ErrorCode::format);
  CHECK(error.where() == "mask.png, column 5, row 2");
  CHECK(error.expected() == "0 to 10");
  CHECK(error.found() == "11");
}

TEST_CASE("what holds no classes is refused", "[geometry][labels]") {
  const auto picture = pictures::smooth(8, 6);
  const std::vector<std::uint8_t> zeros(8 * 6 * 4);
  const auto of_type = [&](std::uint8_t bits, std::uint8_t type, std::size_t bytes) {
    return encoders::png(8, 6, {.bit_depth = bits, .color_type = type}, std::span(zeros).first(bytes));
  };
  const auto whole = encode_labels(stripes(8, 6, 4));
  struct Case {
    const char* name;
    Bytes bytes;
    ErrorCode code;
  };
  const std::vector<Case> cases = {
      {"colours", encode_png(picture), ErrorCode::unsupported},
      {"grey with transparency", of_type(8, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8 * 6 * 2), ErrorCode::unsupported},
      {"colours with transparency", of_type(8, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, 8 * 6 * 4), ErrorCode::unsupported},
      {"16 bits", of_type(16, SPNG_COLOR_TYPE_GRAYSCALE, 8 * 6 * 2), ErrorCode::unsupported},
      {"a JPEG", encode_jpeg(picture), ErrorCode::unsupported},
      {"nothing", {}, ErrorCode::format},
      {"text", encoders::text("1 2 3"), ErrorCode::unsupported},
      {"cut off in the data", Bytes(whole.begin(), whole.begin() + 50), ErrorCode::format},
      {"cut off before its end", Bytes(whole.begin(), whole.end() - 6), ErrorCode::format},
      {"no picture behind the header", encoders::png_start(8, 6), ErrorCode::unsupported},
      {"huge", encoders::png_start(100'000, 100'000), ErrorCode::limit},
  };
  for (const auto& [name, bytes, code] : cases) {
    CAPTURE(name);
    const auto error = error_of([&] { decode_labels(bytes, 256, {}, "mask.png"); });
    CHECK(error.code() == code);
    CHECK(error.where() == "mask.png");
  }
  CHECK(error_of([] { read_labels("/nowhere/mask.png"); }).code() == ErrorCode::io);
  CHECK(error_of([&] { decode_labels(whole, 256, {.max_pixels = 47}); }).code() == ErrorCode::limit);
  CHECK(error_of([] { encode_labels({3, 2, {0, 1}}); }).code() == ErrorCode::argument);
  CHECK(error_of([] { encode_labels({}); }).code() == ErrorCode::argument);
}
