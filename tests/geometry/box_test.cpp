#include <faceptor/geometry/box.hpp>

#include <limits>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/points.hpp>

#include "support/catch.hpp"

using namespace faceptor;

TEST_CASE("boxes scale and become square about their centre", "[geometry]") {
  const Box box{10, 20, 30, 60};
  CHECK(box.width() == 20);
  CHECK(box.height() == 40);
  CHECK(box.center() == Point{20, 40});
  CHECK(box.scaled(0.5F) == Box{15, 30, 25, 50});
  CHECK(box.squared() == Box{0, 20, 40, 60});
  CHECK(Box::whole(640, 480) == Box{-0.5F, -0.5F, 639.5F, 479.5F});
  CHECK(Box::around(Points{{3, 9}, {-1, 4}, {2, 2}}) == Box{-1, 2, 3, 9});
}

TEST_CASE("intersection over union", "[geometry]") {
  const Box box{0, 0, 10, 10};
  CHECK(intersection_over_union(box, box) == 1);
  CHECK(intersection_over_union(box, {5, 0, 15, 10}) == Approx(1.0 / 3));
  CHECK(intersection_over_union(box, {10, 0, 20, 10}) == 0);
  CHECK(intersection_over_union(box, {20, 20, 30, 30}) == 0);
  CHECK(intersection_over_union(box, {10, 10, 0, 0}) == 0);
  CHECK(intersection_over_union({}, {}) == 0);
}

TEST_CASE("a box around nothing, or nonsense, is an error", "[geometry]") {
  CHECK_THROWS_AS(Box::around(Points{}), Error);
  CHECK_THROWS_AS(Box::around(Points{{0, std::numeric_limits<float>::infinity()}}), Error);
  CHECK_FALSE(Box{0, 0, std::numeric_limits<float>::quiet_NaN(), 4}.valid());
}

TEST_CASE("a mirror of points is undone by a mirror", "[geometry]") {
  const Points points{{0, 5}, {7, 2}};
  CHECK(mirrored(points, 10) == Points{{9, 5}, {2, 2}});
  CHECK(mirrored(mirrored(points, 10), 10) == points);
}

TEST_CASE("the usual five points stand like a face in their box, and move with it", "[geometry]") {
  const auto unit = five_points_from_box({0, 0, 1, 1});
  const auto moved = five_points_from_box({10, 20, 210, 220});
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(moved[i].x == Approx(10 + 200 * unit[i].x));
    CHECK(moved[i].y == Approx(20 + 200 * unit[i].y));
  }
  CHECK(unit[0].x + unit[1].x == Approx(1));
  CHECK(unit[3].x + unit[4].x == Approx(1));
  CHECK(unit[0].x < unit[2].x);
  CHECK(unit[0].y < unit[2].y);
  CHECK(unit[2].y < unit[3].y);
  CHECK_THROWS_AS(five_points_from_box({5, 5, 5, 9}), Error);
}
