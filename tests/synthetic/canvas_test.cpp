#include <faceptor/synthetic/canvas.hpp>

#include <numbers>

#include <faceptor/synthetic/curve.hpp>

#include "support/catch.hpp"

using faceptor::Point;
using faceptor::Points;
using faceptor::Size;
using namespace faceptor::synthetic;

namespace {

double total(const Mask& mask) {
  double sum = 0;
  for (int y = mask.y(); y < mask.y() + mask.height(); ++y) {
    for (int x = mask.x(); x < mask.x() + mask.width(); ++x) sum += mask.at(x, y);
  }
  return sum;
}

}  // namespace

TEST_CASE("coverage is exact for straight edges", "[synthetic]") {
  // A rectangle from column 2.5 to 5 and row 1 to 2.25, in coordinates whose pixel centres are whole numbers.
  const Points rectangle = {{2.5F, 1}, {5, 1}, {5, 2.25F}, {2.5F, 2.25F}};
  const Mask mask = Mask::polygon(rectangle, {10, 10});
  CHECK(mask.at(2, 1) == Approx(0).margin(1e-6));
  CHECK(mask.at(3, 1) == Approx(0.5));
  CHECK(mask.at(5, 1) == Approx(0.25));
  CHECK(mask.at(3, 2) == Approx(0.75));
  CHECK(total(mask) == Approx(2.5 * 1.25));
  Points turned(rectangle.rbegin(), rectangle.rend());
  CHECK(total(Mask::polygon(turned, {10, 10})) == Approx(2.5 * 1.25));
}

TEST_CASE("the coverage of an ellipse sums to its area, also cut by the picture's edge", "[synthetic]") {
  CHECK(total(Mask::polygon(ellipse({50, 40}, 30.3F, 20.7F, 0.4F, 400), {100, 80})) ==
        Approx(std::numbers::pi * 30.3 * 20.7).epsilon(1e-3));
  CHECK(total(Mask::polygon(ellipse({-0.5F, 39.5F}, 20, 20, 0, 400), {100, 80})) == Approx(std::numbers::pi * 200).epsilon(1e-3));
  CHECK(total(Mask::polygon(ellipse({-90, 40}, 20, 20), {100, 80})) == 0);
}

TEST_CASE("a soft mask keeps its sum and spreads by the sigma asked for", "[synthetic]") {
  const Size picture{200, 200};
  const Mask mask = Mask::polygon(ellipse({100, 100}, 0.8F, 0.8F), picture);
  const Mask soft = mask.blurred(6, picture);
  CHECK(total(soft) == Approx(total(mask)).epsilon(1e-3));
  double variance = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 200; ++x) variance += soft.at(x, y) * (x - 100) * (x - 100);
  }
  CHECK(std::sqrt(variance / total(soft)) == Approx(6).margin(0.4));
}

TEST_CASE("masks are cut and joined", "[synthetic]") {
  const Size picture{40, 40};
  const Mask a = Mask::polygon(Points{{-0.5F, -0.5F}, {19.5F, -0.5F}, {19.5F, 9.5F}, {-0.5F, 9.5F}}, picture);
  const Mask b = Mask::polygon(Points{{9.5F, -0.5F}, {29.5F, -0.5F}, {29.5F, 9.5F}, {9.5F, 9.5F}}, picture);
  CHECK(total(a.within(b)) == Approx(100));
  CHECK(total(a.without(b)) == Approx(100));
  CHECK(total(a.joined(b)) == Approx(300));
  CHECK(total(a.within(Mask())) == 0);
  CHECK(total(a.joined(Mask())) == Approx(200));
}

TEST_CASE("hard scanning takes the pixels whose centres lie inside", "[synthetic]") {
  const Points outline = ellipse({31.3F, 22.8F}, 17.1F, 12.4F, 0.7F);
  const Size picture{64, 48};
  std::vector<int> hits(64 * 48);
  scan(outline, picture, [&](int y, int first, int last) {
    for (int x = first; x <= last; ++x) ++hits[static_cast<std::size_t>(y * 64 + x)];
  });
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x) {
      REQUIRE(hits[static_cast<std::size_t>(y * 64 + x)] == (inside(outline, {static_cast<float>(x), static_cast<float>(y)}) ? 1 : 0));
    }
  }
}

TEST_CASE("curves go through their points, at equal steps when resampled", "[synthetic]") {
  const Points places = {{0, 0}, {10, 5}, {20, 0}, {30, 5}};
  const Points line = spline(places, 4);
  REQUIRE(line.size() == 13);
  for (std::size_t i = 0; i < places.size(); ++i) {
    CHECK(line[4 * i].x == Approx(places[i].x));
    CHECK(line[4 * i].y == Approx(places[i].y).margin(1e-5));
  }
  const Points even = resampled(Points{{0, 0}, {1, 0}, {10, 0}}, 6);
  for (std::size_t i = 0; i < even.size(); ++i) CHECK(even[i].x == Approx(2.0 * static_cast<double>(i)));
}

TEST_CASE("paint, tint and finish of a canvas", "[synthetic]") {
  Canvas canvas({8, 8}, {0.5F, 0.5F, 0.5F});
  const Mask left = Mask::polygon(Points{{-0.5F, -0.5F}, {3.5F, -0.5F}, {3.5F, 7.5F}, {-0.5F, 7.5F}}, {8, 8});
  canvas.fill(left, {1, 0, 0});
  canvas.multiply(left, {0.5F, 1, 1});
  CHECK(canvas.get(1, 1) == Rgb{0.5F, 0, 0});
  CHECK(canvas.get(6, 1) == Rgb{0.5F, 0.5F, 0.5F});
  const faceptor::Image image = canvas.image();
  CHECK(image.at(1, 1)[0] == 128);
  CHECK(image.at(1, 1)[1] == 0);
  canvas.blur(2);
  CHECK(canvas.get(0, 4).r == Approx(0.5).margin(0.01));
  CHECK(canvas.get(3, 4).g > 0.1F);
}
