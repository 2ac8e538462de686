#include <faceptor/image/pixel_buffer.hpp>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("a picture may lie over a buffer's memory until it is written to", "[image][pixel_buffer]") {
  std::vector<std::uint8_t> bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  const PixelBuffer buffer{.pixels = bytes.data(), .width = 2, .height = 2};
  const auto over = image_over(buffer);
  CHECK(over.pixels().data() == bytes.data());
  CHECK(over == to_image(buffer));
  auto copy = over;
  CHECK(std::as_const(copy).at(1, 1) == bytes.data() + 9);
  copy.at(0, 0)[0] = 99;
  CHECK(bytes[0] == 1);
  CHECK(copy.pixels()[11] == 12);
  CHECK_FALSE(copy == over);
  const auto moved = std::move(copy);
  CHECK(moved.pixels()[0] == 99);
  // Other layouts take a copy; what is no picture is refused as ever.
  const auto swapped = image_over({.pixels = bytes.data(), .width = 2, .height = 2, .format = PixelFormat::bgr});
  CHECK(swapped.pixels().data() != bytes.data());
  CHECK(swapped.at(0, 0)[0] == 3);
  CHECK(image_over({.pixels = bytes.data(), .width = 1, .height = 2, .stride = 6}) == Image(1, 2, {1, 2, 3, 7, 8, 9}));
  CHECK(error_of([] { image_over({.pixels = nullptr, .width = 2, .height = 2}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { Image::over(2, 3, bytes); }).code() == ErrorCode::argument);
}

TEST_CASE("a buffer's pixels are read in every format, with gaps between rows or upside down", "[image][pixel_buffer]") {
  // Two rows of three pixels.
  const std::array<std::array<std::uint8_t, 3>, 6> colours = {{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}, {13, 14, 15}, {16, 17, 18}}};
  Image expected(3, 2);
  for (int i = 0; i < 6; ++i) std::copy_n(colours[static_cast<std::size_t>(i)].data(), 3, expected.at(i % 3, i / 3));

  for (const auto format : {PixelFormat::rgb, PixelFormat::bgr, PixelFormat::rgba, PixelFormat::bgra}) {
    const int step = bytes_per_pixel(format);
    const bool swapped = format == PixelFormat::bgr || format == PixelFormat::bgra;
    for (const int gap : {0, 5}) {
      CAPTURE(step, swapped, gap);
      const int stride = 3 * step + gap;
      std::vector<std::uint8_t> bytes(static_cast<std::size_t>(2 * stride), 99);
      for (int i = 0; i < 6; ++i) {
        for (int c = 0; c < 3; ++c) {
          bytes[static_cast<std::size_t>(i / 3 * stride + i % 3 * step + (swapped ? 2 - c : c))] =
              colours[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)];
        }
      }
      CHECK(to_image({bytes.data(), 3, 2, stride, format}) == expected);
      if (gap == 0) CHECK(to_image({.pixels = bytes.data(), .width = 3, .height = 2, .format = format}) == expected);
      const auto upside_down = to_image({bytes.data() + stride, 3, 2, -stride, format});
      for (int x = 0; x < 3; ++x) {
        CHECK(upside_down.at(x, 0)[1] == expected.at(x, 1)[1]);
        CHECK(upside_down.at(x, 1)[1] == expected.at(x, 0)[1]);
      }
    }
  }
  const std::uint8_t grey[] = {5, 6, 0, 7, 8, 0};
  const auto image = to_image({grey, 2, 2, 3, PixelFormat::grey});
  for (int c = 0; c < 3; ++c) {
    CHECK(image.at(1, 0)[c] == 6);
    CHECK(image.at(0, 1)[c] == 7);
  }
}

TEST_CASE("a buffer that can't be a picture is refused", "[image][pixel_buffer]") {
  const std::uint8_t bytes[16] = {};
  const auto refusal = [&](const PixelBuffer& buffer) {
    const auto error = error_of([&] { to_image(buffer); });
    CHECK(error.code() == ErrorCode::argument);
    return error;
  };
  CHECK(refusal({nullptr, 2, 2}).summary() == "image: a buffer has no memory");
  CHECK(refusal({bytes, 0, 2}).found() == "0x2");
  CHECK(refusal({bytes, 2, 0}).found() == "2x0");
  CHECK(refusal({bytes, -1, 2}).found() == "-1x2");
  CHECK(refusal({bytes, 70000, 2}).found() == "70000x2");
  CHECK(refusal({bytes, 2, 2, 5}).expected() == "0, or at least 6 bytes");
  CHECK(refusal({bytes, 2, 2, -5}).found() == "-5");
  CHECK(refusal({bytes, 2, 2, 7, PixelFormat::rgba}).hint() == "the stride is counted in bytes, not in pixels");
}
