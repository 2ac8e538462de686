#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/log.hpp>
#include <faceptor/image/read.hpp>

#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "image/zoo.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using pictures::distance;

TEST_CASE("each file of the zoo gives its pixels or its one error", "[image][zoo]") {
  set_log_sink([](LogLevel, std::string_view) {});
  const pictures::TemporaryFolder folder;
  const auto animals = zoo::animals();
  CHECK(animals.size() >= 60);
  for (const auto& animal : animals) {
    CAPTURE(animal.name, animal.kind);
    pictures::write_file(folder / animal.name, animal.bytes);
    if (animal.pixels) {
      const auto image = read_image(folder / animal.name);
      CHECK(distance(image, *animal.pixels) <= animal.tolerance);
      const auto info = probe_image(folder / animal.name);
      CHECK(std::pair(info.width, info.height) == std::pair(image.width(), image.height()));
    } else {
      const auto error = error_of([&] { read_image(folder / animal.name); });
      CHECK(error.code() == animal.code);
      CHECK(error.where() == (folder / animal.name).string());
      CHECK_THAT(error.what(), Contains(animal.says));
    }
  }
  set_log_sink({});
}

TEST_CASE("a damaged WebP is taken as far as it goes", "[image][zoo]") {
  const auto image = pictures::smooth(64, 64);
  for (const bool lossless : {false, true}) {
    CAPTURE(lossless);
    const auto part = zoo::first(encoders::webp(image, lossless), 0.8);
    const auto out = decode_image(part, {.lenient = true});
    REQUIRE(out.width() == 64);
    for (int x = 0; x < 64; ++x) CHECK(std::abs(int{out.at(x, 0)[0]} - int{image.at(x, 0)[0]}) < 16);
    CHECK(std::all_of(out.at(0, 63), out.at(63, 63) + 3, [](std::uint8_t value) { return value == 0; }));
  }
}

TEST_CASE("no beginning of a WebP passes for the whole", "[image][zoo]") {
  const auto image = pictures::smooth(12, 10);
  const auto still = encoders::webp(image, false);
  const auto animation = encoders::webp_animation(12, 10, encoders::webp_frame(0, 0, image));
  for (const auto* file : {&still, &animation}) {
    CHECK(decode_image(*file).width() == 12);
    for (std::size_t length = 0; length < file->size(); ++length) {
      CAPTURE(length);
      const auto code = error_of([&] { decode_image(std::span(*file).first(length)); }).code();
      CHECK((code == ErrorCode::format || code == ErrorCode::unsupported));
    }
  }
}

// Hidden: prints the table of docs/reliability.md.
TEST_CASE("the image zoo as a table", "[.zoo-table]") {
  set_log_sink([](LogLevel, std::string_view) {});
  fmt::print("| file | what it is | what it gives |\n|---|---|---|\n");
  for (const auto& animal : zoo::animals()) {
    std::string outcome;
    try {
      const auto image = decode_image(animal.bytes, {}, animal.name);
      outcome = fmt::format("{}x{}, pixels within {}", image.width(), image.height(), animal.tolerance);
      if (animal.tolerance == 0) outcome = fmt::format("{}x{}, exact pixels", image.width(), image.height());
    } catch (const Error& error) {
      outcome = fmt::format("{}: {}", to_string(error.code()), error.summary());
      if (!error.found().empty()) outcome += fmt::format(" ({})", error.found());
    }
    fmt::print("| `{}` | {} | {} |\n", animal.name, animal.kind, outcome);
  }
  set_log_sink({});
}
