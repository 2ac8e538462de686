#include <cmath>
#include <limits>

#include <faceptor/core/error.hpp>
#include <faceptor/image/draw.hpp>

#include "support/catch.hpp"

using namespace faceptor;

namespace {

const float kNan = std::numeric_limits<float>::quiet_NaN();
const float kInfinity = std::numeric_limits<float>::infinity();
constexpr Color kWhite{255, 255, 255};

/// The brightness of a picture's pixels, in full pixels: an antialiased white shape on black gives its area.
double area(const Image& image) {
  double sum = 0;
  for (std::size_t i = 0; i < image.pixels().size(); i += 3) sum += image.pixels()[i] / 255.0;
  return sum;
}

/// Whether all changed pixels lie in columns x0..x1 and rows y0..y1, ends included, and there are some.
bool only_changed_within(const Image& image, int x0, int y0, int x1, int y1) {
  bool some = false;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      const auto* pixel = image.at(x, y);
      if (pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0) continue;
      if (x < x0 || x > x1 || y < y0 || y > y1) return false;
      some = true;
    }
  }
  return some;
}

}  // namespace

TEST_CASE("shapes have their area and stay in their place", "[image][draw]") {
  constexpr double kPi = 3.14159265358979;
  Image image(64, 48);
  Canvas canvas(image);
  SECTION("disc") {
    canvas.disc({30.3F, 20.7F}, 9, kWhite);
    CHECK(area(image) == Approx(kPi * 81).epsilon(0.01));
    CHECK(only_changed_within(image, 20, 11, 40, 31));
  }
  SECTION("circle") {
    canvas.circle({30.3F, 20.7F}, 9, 2, kWhite);
    CHECK(area(image) == Approx(2 * kPi * 9 * 2).epsilon(0.01));
    CHECK(image.at(30, 21)[0] == 0);
  }
  SECTION("rectangle at fractions of pixels") {
    canvas.rectangle({10.25F, 5.5F, 20.5F, 9.75F}, kWhite);
    CHECK(area(image) == Approx(10.25 * 4.25).epsilon(0.005));
    CHECK(only_changed_within(image, 10, 6, 20, 10));
  }
  SECTION("rounded rectangle") {
    canvas.rectangle({9.5F, 9.5F, 39.5F, 29.5F}, kWhite, 5);
    CHECK(area(image) == Approx(30 * 20 - (4 - kPi) * 25).epsilon(0.01));
    CHECK(image.at(10, 10)[0] == 0);
  }
  SECTION("frame") {
    canvas.frame({9.5F, 9.5F, 39.5F, 29.5F}, 2, kWhite);
    CHECK(area(image) == Approx(2 * 2 * (30 + 20)).epsilon(0.02));
    CHECK(image.at(20, 20)[0] == 0);
    CHECK(image.at(20, 10)[0] == 255);
  }
  SECTION("slanted line") {
    canvas.line({10, 10}, {40, 30}, 3, kWhite);
    CHECK(area(image) == Approx(std::hypot(30.0, 20.0) * 3 + kPi * 1.5 * 1.5).epsilon(0.02));
    CHECK(only_changed_within(image, 8, 8, 42, 32));
  }
  SECTION("a hairline covers its width") {
    canvas.line({10, 10}, {40, 10}, 0.5F, kWhite);
    CHECK(area(image) == Approx(15.5).epsilon(0.05));
  }
  SECTION("polygon") {
    const CanvasPoint triangle[] = {{10, 5}, {50, 5}, {10, 35}};
    canvas.polygon(triangle, kWhite);
    CHECK(area(image) == Approx(0.5 * 40 * 30).epsilon(0.01));
    CHECK(only_changed_within(image, 10, 5, 50, 35));
  }
  SECTION("a polygon with a hole, by the even-odd rule") {
    const CanvasPoint star[] = {{5, 5}, {45, 5}, {45, 45}, {5, 45}, {5, 5}, {15, 15}, {35, 15}, {35, 35}, {15, 35}, {15, 15}};
    canvas.polygon(star, kWhite);
    CHECK(area(image) == Approx(40 * 40 - 20 * 20).epsilon(0.01));
    CHECK(image.at(25, 25)[0] == 0);
  }
}

TEST_CASE("alpha blends once, joints included", "[image][draw]") {
  Image image(40, 40);
  const CanvasPoint corner[] = {{5, 5}, {30, 5}, {30, 30}};
  Canvas(image).polyline(corner, false, 5, kWhite.with_alpha(0.5F));
  CHECK(image.at(15, 5)[0] == 128);
  CHECK(image.at(30, 5)[0] == 128);
  CHECK(Color{1, 2, 3}.with_alpha(kNan).a == 0);
  CHECK(Color{1, 2, 3}.with_alpha(7).a == 255);
}

TEST_CASE("drawing outside a picture or nowhere is safe and changes nothing", "[image][draw]") {
  for (const auto& [width, height] : {std::pair{20, 10}, {1, 1}, {0, 0}, {0, 7}}) {
    Image image(width, height);
    const Image before = image;
    Canvas canvas(image);
    const std::vector<std::uint8_t> labels = {1, 1, 1, 1};
    const std::vector<Color> colors = {{0, 0, 0, 0}, kWhite};
    for (const float far : {-1e30F, -1000.0F, 1000.0F, 3e9F, 1e30F, kNan, kInfinity, -kInfinity}) {
      canvas.disc({far, 5}, 10, kWhite);
      canvas.circle({5, far}, 10, 2, kWhite);
      canvas.rectangle({far, far, far + 10, far + 10}, kWhite, 2);
      canvas.frame({far, far, far + 10, far + 10}, 2, kWhite, 2);
      canvas.line({far, far}, {far, far}, 2, kWhite);
      const CanvasPoint triangle[] = {{far, far}, {far, far + 1}, {far + 1, far}};
      canvas.polygon(triangle, kWhite);
      canvas.text({far, 5}, "text", 12, kWhite);
      canvas.text({5, far}, "text", 12, kWhite);
      canvas.labels({.labels = labels, .width = 2, .height = 2, .colors = colors, .where = {far, far, far + 5, far + 5}});
    }
    canvas.disc({5, 5}, kNan, kWhite);
    canvas.disc({5, 5}, -1, kWhite);
    canvas.line({5, 5}, {6, 6}, kNan, kWhite);
    canvas.line({5, 5}, {6, 6}, 0, kWhite);
    canvas.rectangle({8, 8, 2, 2}, kWhite);
    canvas.polyline({}, true, 2, kWhite);
    canvas.polygon({}, kWhite);
    canvas.text({5, 5}, "text", kNan, kWhite);
    canvas.text({5, 5}, "", 12, kWhite);
    canvas.paste(Image(3, 3), 1 << 30, -(1 << 30));
    canvas.paste(Image(), 0, 0);
    CHECK(image == before);
  }
}

TEST_CASE("shapes that reach past the picture are cut off", "[image][draw]") {
  Image image(20, 10);
  Canvas canvas(image);
  canvas.line({-1e6F, 5}, {1e6F, 5}, 3, kWhite);
  CHECK(image.at(0, 5)[0] == 255);
  CHECK(image.at(19, 5)[0] == 255);
  CHECK(image.at(10, 0)[0] == 0);
  canvas.rectangle({-1e20F, -1e20F, 1e20F, 1e20F}, {10, 20, 30});
  CHECK(image.at(19, 9)[2] == 30);
  const CanvasPoint huge[] = {{-1e5F, -1e5F}, {1e5F, -1e5F}, {1e5F, 1e5F}, {-1e5F, 1e5F}};
  canvas.polygon(huge, kWhite);
  CHECK(area(image) == Approx(200));
  canvas.fill({0, 0, 0});
  canvas.text({-3, 9}, "WWWWWWWWWWWW", 12, kWhite);
  CHECK(area(image) > 10);
}

TEST_CASE("pasting copies what overlaps", "[image][draw]") {
  Image image(4, 3);
  const Image white(2, 2, std::vector<std::uint8_t>(12, 255));
  Canvas(image).paste(white, 3, -1);
  CHECK(area(image) == 1);
  CHECK(image.at(3, 0)[0] == 255);
}

TEST_CASE("labels colour their pixels only", "[image][draw]") {
  Image image(12, 12);
  const std::vector<std::uint8_t> labels = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 9};
  const std::vector<Color> colors = {{0, 0, 0, 0}, {200, 100, 0, 128}};
  Canvas(image).labels({.labels = labels, .width = 4, .height = 4, .colors = colors, .where = {-0.5F, -0.5F, 11.5F, 11.5F}, .outline = 0});
  CHECK(image.at(1, 1)[0] == 0);
  CHECK(image.at(1, 10)[0] == Approx(100).margin(2));
  CHECK(image.at(1, 10)[1] == Approx(50).margin(2));
  const int before = image.at(1, 6)[0];
  Canvas(image).labels({.labels = labels,
                        .width = 4,
                        .height = 4,
                        .colors = colors,
                        .where = {-0.5F, -0.5F, 11.5F, 11.5F},
                        .outline = 1,
                        .outline_alpha = 1});
  CHECK(image.at(1, 6)[0] > before + 30);
  CHECK(image.at(1, 1)[0] == 0);
  CHECK_THROWS_AS(Canvas(image).labels({.labels = labels, .width = 5, .height = 4, .colors = colors, .where = {}}), Error);
}

TEST_CASE("text is as wide as it is measured", "[image][draw]") {
  const std::string words = "Hg 31 \xC2\xB1 4";
  const float width = text_width(words, 20);
  const auto heights = text_heights(20);
  Image image(200, 60);
  Canvas(image).text({50, 40}, words, 20, kWhite);
  CHECK(only_changed_within(image, 49, static_cast<int>(40 - heights.ascent), static_cast<int>(51 + width),
                            static_cast<int>(41 + heights.descent)));
  CHECK(heights.capital > 0.6F * 20);
  CHECK(heights.capital < 0.8F * 20);
  CHECK(text_width(words, 40) == Approx(2 * width).epsilon(0.01));
  CHECK(text_width("", 20) == 0);
  CHECK(text_width("ab", 20) == Approx(text_width("a", 20) + text_width("b", 20)));
}

TEST_CASE("text that isn't UTF-8, or that the font lacks, is drawn as question marks", "[image][draw]") {
  const float question = text_width("?", 20);
  CHECK(text_width("\xFF", 20) == Approx(question));
  CHECK(text_width("\xE4\xB8\xAD", 20) == Approx(question));
  CHECK(text_width("\xC2", 20) == Approx(question));
  CHECK(text_width("\xF0\x9F\x99\x82", 20) == Approx(question));
  CHECK(text_width("\xC3\xA9", 20) != Approx(question));
  Image image(40, 30);
  Canvas(image).text({2, 20}, "\xE4\xB8", 20, kWhite);
  CHECK(area(image) > 1);
}
