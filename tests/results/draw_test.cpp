#include <algorithm>
#include <cmath>
#include <limits>

#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_pen.hpp>
#include <faceptor/results/values.hpp>
#include <nlohmann/json.hpp>

#include "results/support.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using results_test::code_of;

namespace posed {

/// Draws itself: the three lines of the documentation.
struct Pose {
  float yaw = 0, pitch = 0;  // radians
};
inline void to_json(nlohmann::json& out, const Pose& pose) { out = {{"yaw", pose.yaw}, {"pitch", pose.pitch}}; }
inline void draw_on(PhotoPen& pen, const Pose& pose) {
  const auto nose = pen.face().center();
  const float reach = 0.5F * pen.face().width();
  pen.line(nose, {nose.x + reach * std::sin(pose.yaw), nose.y - reach * std::sin(pose.pitch)});
}

}  // namespace posed

namespace {

Image grey(int width, int height) {
  return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 128)};
}

PhotoResult result_for(const Image& photo, std::vector<Face> faces) {
  PhotoResult result;
  result.width = photo.width();
  result.height = photo.height();
  result.faces = std::move(faces);
  return result;
}

/// A face with a result of every type, in a square of this side.
Face full_face(float x, float y, float side) {
  Face face({x, y, x + side, y + side}, 0.9F);
  std::vector<float> ages(101);
  ages[30] = 1;
  face.add({"age", AgeEstimate(ages)});
  face.add({"affect", Expression({0.1F, 0.4F, 0.1F, 0.1F, 0.1F, 0.1F, 0.1F})});
  face.add({"biattr", Attributes(std::vector<float>(40, 0.9F))});
  const int w = static_cast<int>(side);
  face.add({"parsing", ParsingMap(static_cast<int>(x), static_cast<int>(y), w, w,
                                  std::vector<std::uint8_t>(static_cast<std::size_t>(w) * static_cast<std::size_t>(w), 2),
                                  results::kCelebaMaskHqClasses.names(), results::kCelebaMaskHqClasses.colors())});
  Points points;
  for (int i = 0; i < 98; ++i) points.push_back({x + side * static_cast<float>(i % 10) / 10, y + side * static_cast<float>(i) / 98});
  face.add({"align", Landmarks("98", points)});
  face.add({"recog", results::Embedding({1, 2, 3}, "m")});
  face.add({"glasses", results::Probabilities({"a_very_long_label_that_does_not_fit_into_a_card_at_all_\xC3\xA9\xC3\xA9"}, {0.5F})});
  face.add({"pose", results::Values({"yaw"}, {-12.5F})});
  face.add({"heat", results::Maps({"a"}, {0, 0, 1, 1}, 1, 1, {0.5F})});
  return face;
}

DrawOptions plain() {
  DrawOptions options;
  options.cards = options.boxes = false;
  return options;
}

/// The number of pixels of the top-left part of `page` that differ from `photo` within the rectangle, and outside it.
std::pair<int, int> changed(const Image& photo, const Image& page, const Box& inside) {
  std::pair<int, int> counts{0, 0};
  for (int y = 0; y < photo.height(); ++y) {
    for (int x = 0; x < photo.width(); ++x) {
      if (std::equal(photo.at(x, y), photo.at(x, y) + 3, page.at(x, y))) continue;
      const bool in = static_cast<float>(x) >= inside.x0 && static_cast<float>(x) <= inside.x1 && static_cast<float>(y) >= inside.y0 &&
                      static_cast<float>(y) <= inside.y1;
      ++(in ? counts.first : counts.second);
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("a face is drawn where it is", "[results][draw]") {
  const auto photo = grey(1000, 900);
  const auto page = draw(photo, result_for(photo, {full_face(300, 200, 200)}));
  CHECK(page.width() > photo.width());
  CHECK(page.height() >= photo.height());
  const auto [inside, outside] = changed(photo, page, {290, 190, 510, 410});
  CHECK(inside > 200 * 200 / 2);
  CHECK(outside == 0);
}

TEST_CASE("what is switched off is not drawn", "[results][draw]") {
  const auto photo = grey(1000, 900);
  DrawOptions off;
  off.boxes = off.landmarks = off.parsing = off.cards = false;
  CHECK(draw(photo, result_for(photo, {full_face(300, 200, 200)}), off) == photo);
  DrawOptions boxes = off;
  boxes.boxes = true;
  const auto [inner, frame] = changed(photo, draw(photo, result_for(photo, {full_face(300, 200, 200)}), boxes), {320, 220, 480, 380});
  CHECK(inner == 0);
  CHECK(frame > 500);
}

TEST_CASE("the photo is enlarged or shrunk as the options say", "[results][draw]") {
  DrawOptions options;
  options.cards = false;
  auto photo = grey(200, 250);
  CHECK(draw(photo, result_for(photo, {full_face(50, 50, 100)}), options).height() == 800);
  photo = grey(20, 10);
  CHECK(draw(photo, result_for(photo, {full_face(2, 2, 5)}), options).width() == 80);
  photo = grey(3000, 1000);
  CHECK(draw(photo, result_for(photo, {full_face(50, 50, 100)}), options).width() == 1600);
  photo = grey(1, 1);
  CHECK(draw(photo, result_for(photo, {full_face(0, 0, 1)})).height() > 0);
}

TEST_CASE("untrained weights and errors carry a strip above the photo", "[results][draw]") {
  const auto photo = grey(1000, 900);
  DrawOptions options;
  options.cards = false;
  auto result = result_for(photo, {full_face(300, 200, 200)});
  const auto plain = draw(photo, result, options);
  result.untrained = true;
  const auto marked = draw(photo, result, options);
  const int strip = marked.height() - plain.height();
  CHECK(strip > 20);
  for (int x = 0; x < marked.width(); ++x) CHECK(marked.at(x, 2)[0] > 200);
  CHECK(
      std::equal(plain.pixels().begin(), plain.pixels().end(), marked.pixels().end() - static_cast<std::ptrdiff_t>(plain.pixels().size())));
  result.error = "detect: nothing worked";
  CHECK(draw(photo, result, options).height() == plain.height() + 2 * strip);
}

TEST_CASE("many faces, none, and strange ones", "[results][draw]") {
  const auto photo = grey(600, 400);
  std::vector<Face> crowd;
  for (int i = 0; i < 30; ++i) crowd.push_back(full_face(static_cast<float>(20 * i), 100, 20));
  CHECK(draw(photo, result_for(photo, crowd)).height() > 400);
  CHECK(draw(photo, result_for(photo, {})).height() > 400);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Face odd({nan, 0, 1e30F, -5});
  Face outside = full_face(-5000, 9000, 100);
  Face huge = full_face(-100, -100, 900);
  Face points({10, 10, 50, 50}, 1, FivePoints{Point{20, 20}, {40, 20}, {30, 30}, {22, 40}, {nan, 40}});
  CHECK(draw(photo, result_for(photo, {odd, outside, huge, points})).width() > 0);
  Face far({10, 10, 50, 50});  // its parsing's right edge is no int any more
  far.add({"parsing", ParsingMap(std::numeric_limits<int>::max(), 0, 2, 1, {0, 1}, {"background", "skin"}, {{}, {9, 9, 9}})});
  const auto large = grey(1000, 900);
  CHECK(draw(large, result_for(large, {far}), plain()) == large);
}

TEST_CASE("drawing refuses what doesn't fit", "[results][draw]") {
  const auto photo = grey(60, 40);
  CHECK(code_of([&] { draw(Image(), PhotoResult()); }) == ErrorCode::argument);
  CHECK(code_of([&] { draw(photo, PhotoResult()); }) == ErrorCode::argument);
  DrawOptions options;
  options.max_side = 0;
  CHECK(code_of([&] { draw(photo, result_for(photo, {}), options); }) == ErrorCode::argument);
  options = {};
  options.parsing_opacity = 2;
  CHECK(code_of([&] { draw(photo, result_for(photo, {}), options); }) == ErrorCode::argument);
}

TEST_CASE("a pen leads from the photo to the canvas", "[results][draw]") {
  Image canvas(200, 50);
  PhotoPen pen(canvas, {10, 10, 30, 30}, {1, 2, 3}, {2, 0.5F});
  CHECK(pen.at(Point{-0.5F, -0.5F}).x == -0.5F);
  CHECK(pen.at(Point{99.5F, 99.5F}).x == 199.5F);
  CHECK(pen.at(Point{99.5F, 99.5F}).y == 49.5F);
  CHECK(pen.box().x0 == 20.5F);
  CHECK(pen.box().y1 == 14.75F);
  CHECK(pen.face().center() == Point{20, 20});
  CHECK(pen.accent() == Color{1, 2, 3});
  CHECK(pen.stroke() == 1);
  CHECK(PhotoPen(canvas).stroke() == 1);
  pen.dot({20, 20});
  CHECK(canvas.at(41, 10)[2] == 3);
}

TEST_CASE("results draw themselves on the photo", "[results][draw]") {
  static_assert(DrawsItself<posed::Pose> && DrawsItself<Landmarks> && DrawsItself<ParsingMap> && !DrawsItself<AgeEstimate>);
  const auto photo = grey(1000, 900);
  Face face({300, 200, 500, 400});
  face.add({"age", AgeEstimate::of(30, 3)});
  CHECK(draw(photo, result_for(photo, {face}), plain()) == photo);
  face.add({"pose", posed::Pose{1.2F, 0.4F}});
  CHECK(face.result("pose").draws());
  const auto page = draw(photo, result_for(photo, {face}), plain());
  CHECK(page.width() == photo.width());
  CHECK(page.height() == photo.height());
  const auto [inside, outside] = changed(photo, page, {390, 250, 500, 310});
  CHECK(inside > 100);
  CHECK(outside == 0);
  auto off = plain();
  off.others = false;
  CHECK(draw(photo, result_for(photo, {face}), off) == photo);
}

TEST_CASE("without boxes and cards only the photo comes out, and what results draw on it", "[results][draw]") {
  const auto photo = grey(1000, 900);
  CHECK(draw(photo, result_for(photo, {}), plain()) == photo);
  CHECK(draw(photo, result_for(photo, {Face({1, 1, 90, 90}), Face({200, 200, 290, 290})}), plain()) == photo);
  auto small = grey(112, 112);
  auto options = plain();
  options.min_side = 0;
  CHECK(draw(small, result_for(small, {Face({1, 1, 90, 90})}), options) == small);
}

TEST_CASE("cards hold results of any type", "[results][draw]") {
  const auto photo = grey(100, 10);
  const auto height = [&](TaskResult result) {
    Face face({0, 0, 10, 10});
    face.add(std::move(result));
    return draw(photo, result_for(photo, {face})).height();
  };
  const auto maps = [](std::size_t n) {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < n; ++i) labels.push_back("map_" + std::to_string(i));
    return results::Maps(labels, {0, 0, 30, 30}, 3, 3, std::vector<float>(9 * n, 0.5F));
  };
  const int line = height({"pose", posed::Pose{1, 2}});
  CHECK(height({"maps", maps(1)}) > line + 40);
  CHECK(height({"maps", maps(4)}) > height({"maps", maps(3)}) + 40);
  CHECK(height({"maps", maps(9)}) > height({"maps", maps(6)}));
  CHECK(height({"maps", maps(9)}) < height({"maps", maps(6)}) + 40);
  CHECK(height({"maps", results::Maps()}) == line);
  CHECK(height({"maps", maps(4).summary()}) > line + 20);  // too long for one line
}
