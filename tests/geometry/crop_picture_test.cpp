#include <faceptor/geometry/crop_picture.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include <faceptor/core/error.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("an aligned picture is what the network sees, in bytes", "[geometry]") {
  Image photo(120, 100);
  for (int y = 0; y < 100; ++y) {
    for (int x = 0; x < 120; ++x) {
      photo.at(x, y)[0] = static_cast<std::uint8_t>(2 * x);
      photo.at(x, y)[1] = static_cast<std::uint8_t>(2 * y);
    }
  }
  const FivePoints points = {{{40, 40}, {70, 38}, {56, 55}, {44, 70}, {68, 69}}};
  for (const char* name : {"aligned:112", "farl:64"}) {
    INFO(name);
    const auto view = view_of_aligned_picture(name);
    const auto picture = aligned_picture(photo, view, points);
    REQUIRE(picture.width() == view.width());
    // Whatever the colours are normalised by, the picture keeps them.
    CHECK(aligned_picture(photo, View(view).mean({0.5F, 0.4F, 0.3F}).std({0.2F, 0.2F, 0.2F}), points).pixels()[0] == picture.pixels()[0]);
    const auto transform = ViewTransform::of(view, 120, 100, nullptr, &points);
    for (const auto& point : points) {
      const auto to = transform.to_view(std::vector<Point>{point})[0];
      const int x = static_cast<int>(std::lround(to.x)), y = static_cast<int>(std::lround(to.y));
      CHECK(std::abs(picture.at(x, y)[0] - 2 * point.x) < 4);
      CHECK(std::abs(picture.at(x, y)[1] - 2 * point.y) < 4);
    }
  }
  CHECK(view_of_aligned_picture("aligned:112").align_template() == AlignTemplate::arcface);
  CHECK(view_of_aligned_picture("farl:512").align_template() == AlignTemplate::farl);
}

TEST_CASE("a crop's name that says nothing is refused", "[geometry]") {
  for (const char* name : {"", "aligned", "aligned:", "aligned:0", "aligned:8193", "aligned:112x", "box:112", ":112", "aligned:-5"}) {
    INFO(name);
    CHECK(error_of([&] { (void)view_of_aligned_picture(name); }).code() == ErrorCode::argument);
  }
}
