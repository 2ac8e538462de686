#include <faceptor/synthetic/paint.hpp>

#include <cmath>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/synthetic/faces.hpp>

#include "support/error_of.hpp"

using faceptor::ErrorCode;
namespace syn = faceptor::synthetic;

TEST_CASE("LaPa's classes of CelebAMask-HQ's", "[synthetic][paint]") {
  // Background for what LaPa doesn't know: neck, cloth, ears, jewellery, hat.
  constexpr int kExpected[19] = {0, 0, 1, 0, 0, 0, 2, 3, 4, 5, 6, 8, 9, 7, 10, 0, 0, 0, 0};
  for (int i = 0; i < 19; ++i) {
    INFO(i);
    CHECK(static_cast<int>(syn::lapa_class(static_cast<std::uint8_t>(i))) == kExpected[i]);
  }
}

TEST_CASE("both label maps tell the same", "[synthetic]") {
  const syn::SyntheticFaces faces(2, syn::SyntheticOptions{.size = {160, 160}});
  std::set<int> seen;
  for (std::uint64_t index = 0; index < 60; ++index) {
    const auto sample = faces.face(index);
    const auto& labels = sample.labels;
    REQUIRE(labels.celebamask.size() == 160 * 160);
    REQUIRE(labels.lapa.size() == 160 * 160);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < labels.lapa.size(); ++i) {
      seen.insert(labels.celebamask[i]);
      wrong += labels.celebamask[i] > 18 || labels.lapa[i] > 10;
      if (labels.celebamask[i] != 15) wrong += labels.lapa[i] != syn::lapa_class(labels.celebamask[i]);
    }
    CHECK(wrong == 0);
  }
  CHECK(seen.size() == 19);
}

TEST_CASE("a face is painted where it is wanted, over what is there", "[synthetic][paint]") {
  const auto person = syn::Person::draw(1, 1);
  const auto look = syn::Appearance::plain(person);
  syn::Canvas canvas({200, 200}, {1, 0, 0});
  syn::LabelMaps labels({200, 200});
  const auto painted = syn::paint_face(canvas, labels, person, look, {100, 90}, 40);
  CHECK(painted.shape.pose.center() == faceptor::Point{100, 90});
  CHECK(labels.celebamask[90 * 200 + 100] == 10);  // the nose
  CHECK(labels.lapa[90 * 200 + 100] == 6);
  CHECK_FALSE(canvas.get(100, 90) == syn::Rgb{1, 0, 0});
  CHECK(labels.celebamask[0] == 0);
  CHECK(canvas.get(0, 0) == syn::Rgb{1, 0, 0});
}

TEST_CASE("a face without a place or a size, or labels of another size, is refused and nothing painted", "[synthetic][paint]") {
  const auto person = syn::Person::draw(1, 1);
  const auto look = syn::Appearance::plain(person);
  syn::Canvas canvas({32, 32}, {1, 0, 0});
  syn::LabelMaps labels({32, 32}), smaller({16, 16});
  const auto code = [&](syn::LabelMaps& maps, faceptor::Point center, float unit) {
    return error_of([&] { syn::paint_face(canvas, maps, person, look, center, unit); }).code();
  };
  CHECK(code(smaller, {16, 16}, 6) == ErrorCode::argument);
  CHECK(code(labels, {16, 16}, 0) == ErrorCode::argument);
  CHECK(code(labels, {16, 16}, -1) == ErrorCode::argument);
  CHECK(code(labels, {16, NAN}, 6) == ErrorCode::argument);
  CHECK(code(labels, {16, 16}, INFINITY) == ErrorCode::argument);
  CHECK(canvas.get(16, 16) == syn::Rgb{1, 0, 0});
}

TEST_CASE("a backdrop fills the picture; a camera without colour and noise takes the colour alone", "[synthetic][paint]") {
  syn::Appearance look;
  look.backdrop_color = {0.2F, 0.6F, 0.4F};
  look.noise = 0;
  for (const auto backdrop : {syn::Backdrop::studio, syn::Backdrop::wall, syn::Backdrop::bokeh, syn::Backdrop::outdoors}) {
    look.backdrop = backdrop;
    syn::Canvas canvas({40, 30}, {1, 0, 1});
    syn::paint_backdrop(canvas, look);
    for (const auto& [x, y] : {std::pair{0, 0}, std::pair{39, 0}, std::pair{0, 29}, std::pair{39, 29}}) {
      CHECK_FALSE(canvas.get(x, y) == syn::Rgb{1, 0, 1});
    }
  }
  look.grey = true;
  syn::Canvas canvas({4, 4}, {0.2F, 0.6F, 0.4F});
  syn::finish_photo(canvas, look);
  CHECK(canvas.get(1, 2).r == Approx(0.299F * 0.2F + 0.587F * 0.6F + 0.114F * 0.4F));
  CHECK(canvas.get(1, 2).r == canvas.get(1, 2).b);
}
