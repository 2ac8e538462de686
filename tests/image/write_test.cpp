#include <faceptor/image/write.hpp>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <faceptor/image/read.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using pictures::smooth;
using pictures::TemporaryFolder;

TEST_CASE("a PNG comes back as it was", "[image][write]") {
  for (const auto& [w, h] : {std::pair{1, 1}, std::pair{17, 5}, std::pair{64, 48}}) {
    const auto image = smooth(w, h);
    CHECK(decode_image(encode_png(image)) == image);
  }
}

TEST_CASE("a JPEG comes back nearly as it was", "[image][write]") {
  const auto image = smooth(64, 48);
  for (const int quality : {75, 95}) {
    const auto back = decode_image(encode_jpeg(image, quality));
    REQUIRE(back.width() == image.width());
    REQUIRE(back.height() == image.height());
    double sum = 0;
    for (std::size_t i = 0; i < image.pixels().size(); ++i) sum += std::abs(int{back.pixels()[i]} - int{image.pixels()[i]});
    CHECK(sum / static_cast<double>(image.pixels().size()) < (quality == 95 ? 1.5 : 4.0));
  }
  CHECK(encode_jpeg(image, 40).size() < encode_jpeg(image, 95).size());
}

TEST_CASE("files are written whole and leave nothing beside them", "[image][write]") {
  const TemporaryFolder folder;
  const auto image = smooth(20, 10);
  write_png(folder / "a.png", image);
  CHECK(read_image(folder / "a.png") == image);
  const auto other = smooth(8, 8);
  write_png(folder / "a.png", other);
  CHECK(read_image(folder / "a.png") == other);
  write_jpeg(folder / "b.jpg", image);
  CHECK(probe_image(folder / "b.jpg").format == ImageFormat::jpeg);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("what can't be written is one clear error", "[image][write]") {
  const TemporaryFolder folder;
  const auto image = smooth(4, 4);
  const auto code_of = [](auto&& action) {
    try {
      action();
    } catch (const Error& e) {
      return e.code();
    }
    return ErrorCode::internal;
  };
  CHECK(code_of([&] { write_png(folder / "missing" / "a.png", image); }) == ErrorCode::io);
  CHECK(code_of([&] { write_png(folder.path(), image); }) == ErrorCode::io);
  CHECK(code_of([&] { write_png(folder / "a.png", Image()); }) == ErrorCode::argument);
  CHECK(code_of([&] { encode_jpeg(image, 0); }) == ErrorCode::argument);
  CHECK(code_of([&] { encode_jpeg(image, 101); }) == ErrorCode::argument);
  CHECK(code_of([&] { encode_jpeg(Image(65501, 1)); }) == ErrorCode::argument);
  CHECK(code_of([&] { write_png(folder / (std::string(252, 'x') + ".png"), image); }) == ErrorCode::io);
  if (::geteuid() != 0) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK(code_of([&] { write_png(folder / "a.png", image); }) == ErrorCode::io);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}
