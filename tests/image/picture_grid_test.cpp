#include <faceptor/image/picture_grid.hpp>

#include <faceptor/core/error.hpp>

#include "image/pictures.hpp"
#include "support/catch.hpp"

using namespace faceptor;

TEST_CASE("pictures stand in their places", "[image][grid]") {
  PictureGrid grid(2, 2, 5, 4, {.gap = 1, .top = 3, .background = {7, 8, 9}});
  CHECK(grid.sheet().width() == 13);
  CHECK(grid.sheet().height() == 14);
  const auto picture = pictures::smooth(5, 4);
  grid.place(3, picture);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x) {
      REQUIRE(std::equal(picture.at(x, y), picture.at(x, y) + 3, grid.sheet().at(7 + x, 3 + 6 + y)));
    }
  }
  CHECK(grid.sheet().at(6, 9)[0] == 7);
  CHECK(grid.sheet().at(0, 0)[2] == 9);
}

TEST_CASE("what is larger than its place is cut off", "[image][grid]") {
  PictureGrid grid(1, 1, 3, 2, {.gap = 1, .background = {0, 0, 0}});
  Image white(10, 10);
  std::fill(white.pixels().begin(), white.pixels().end(), std::uint8_t{255});
  grid.place(0, white);
  CHECK(grid.sheet().at(3, 2)[0] == 255);
  CHECK(grid.sheet().at(4, 2)[0] == 0);
  CHECK(grid.sheet().at(3, 3)[0] == 0);
}

TEST_CASE("sheets without places, or too large", "[image][grid]") {
  CHECK_THROWS_AS(PictureGrid(0, 1, 5, 5), Error);
  CHECK_THROWS_AS(PictureGrid(1, 0, 5, 5), Error);
  CHECK_THROWS_AS(PictureGrid(1, 1, 0, 5), Error);
  CHECK_THROWS_AS(PictureGrid(1, 1, 5, 5, {.gap = -1}), Error);
  CHECK_THROWS_AS(PictureGrid(2147483647, 1, 2147483647, 1), Error);
  CHECK_THROWS_AS(PictureGrid(1, 7000, 5, 5), Error);
}
