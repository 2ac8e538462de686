#include <faceptor/synthetic/labels.hpp>

#include <algorithm>
#include <string_view>

#include <faceptor/results/attributes.hpp>

#include "support/catch.hpp"

using faceptor::Point;
namespace syn = faceptor::synthetic;

namespace {

int attribute(const syn::Person& person, const syn::Appearance& look, std::string_view name) {
  const auto& names = faceptor::results::kCelebaAttributeNames;
  const auto place = std::find(names.begin(), names.end(), name);
  REQUIRE(place != names.end());
  return syn::attributes_of(person, look)[static_cast<std::size_t>(place - names.begin())];
}

}  // namespace

TEST_CASE("every scheme has its points, all seen of a plain face", "[synthetic][labels]") {
  auto person = syn::Person::draw(1, 5);
  person.hair_style = syn::HairStyle::bald;
  syn::Canvas canvas({256, 256}, {});
  syn::LabelMaps maps({256, 256});
  const auto painted = syn::paint_face(canvas, maps, person, syn::Appearance::plain(person), {128, 120}, 50);
  const auto marks = syn::landmarks_of(painted, {256, 256});
  for (const auto& [set, count] :
       {std::pair{&marks.p68, 68U}, {&marks.p98, 98U}, {&marks.p29, 29U}, {&marks.p19, 19U}, {&marks.p106, 106U}}) {
    INFO(count);
    CHECK(set->points.size() == count);
    CHECK(set->visible.size() == count);
    CHECK(std::count(set->visible.begin(), set->visible.end(), 1) == static_cast<std::ptrdiff_t>(count));
  }
  // The tip of the nose, under four names.
  const auto five = syn::five_points_of(painted.shape);
  CHECK(marks.p68.points[30] == five[2]);
  CHECK(marks.p98.points[54] == five[2]);
  CHECK(marks.p29.points[20] == five[2]);
  CHECK(marks.p19.points[13] == five[2]);
  CHECK(five[0].x < five[1].x);
  CHECK(five[3].x < five[4].x);
  const auto box = syn::box_of(painted.shape, person);
  for (const auto& p : marks.p98.points) {
    CHECK((p.x >= box.x0 && p.x <= box.x1 && p.y >= box.y0 && p.y <= box.y1));
  }
}

TEST_CASE("hidden points are flagged", "[synthetic]") {
  const syn::Person person = syn::Person::draw(1, 5);
  syn::Appearance look = syn::Appearance::plain(person);
  look.glasses = syn::Glasses::sun;
  syn::Canvas canvas({256, 256}, {});
  syn::LabelMaps labels({256, 256});
  const auto painted = syn::paint_face(canvas, labels, person, look, {128, 120}, 50);
  const auto set = syn::landmarks_of(painted, {256, 256}).p68;
  for (std::size_t i = 36; i < 48; ++i) CHECK(set.visible[i] == 0);
  for (std::size_t i = 48; i < 68; ++i) CHECK(set.visible[i] == 1);
  // Nothing of the eyes is seen; LaPa, which has no glasses, calls the place face.
  for (std::size_t i = 0; i < labels.celebamask.size(); ++i) {
    CHECK((labels.celebamask[i] != 8 && labels.celebamask[i] != 9));
    CHECK((labels.lapa[i] != 4 && labels.lapa[i] != 5));
  }
  const auto outside = syn::paint_face(canvas, labels, person, look, {-300, 120}, 50);
  for (const auto visible : syn::landmarks_of(outside, {256, 256}).p19.visible) CHECK(visible == 0);
}

TEST_CASE("attributes say what is worn, and nothing of what can't be seen", "[synthetic][labels]") {
  syn::Person person;
  person.male = true;
  person.age = 30;
  person.hair_style = syn::HairStyle::bald;
  auto look = syn::Appearance::plain(person);
  CHECK(attribute(person, look, "Male") == 1);
  CHECK(attribute(person, look, "Young") == 1);
  CHECK(attribute(person, look, "Bald") == 1);
  CHECK(attribute(person, look, "Black_Hair") == 0);
  CHECK(attribute(person, look, "Eyeglasses") == 0);
  CHECK(attribute(person, look, "No_Beard") == 1);
  CHECK(attribute(person, look, "Attractive") == -1);
  look.hat = syn::Hat::cap;
  look.glasses = syn::Glasses::sun;
  look.facial_hair = syn::FacialHair::goatee;
  CHECK(attribute(person, look, "Bald") == -1);
  CHECK(attribute(person, look, "Wearing_Hat") == 1);
  CHECK(attribute(person, look, "Eyeglasses") == 1);
  CHECK(attribute(person, look, "Goatee") == 1);
  CHECK(attribute(person, look, "Mustache") == 1);
  CHECK(attribute(person, look, "No_Beard") == 0);
  person.hair_style = syn::HairStyle::bob;
  person.hair_tone = syn::HairTone::blond;
  CHECK(attribute(person, look, "Blond_Hair") == 1);
  person.greyness = 0.9F;
  CHECK(attribute(person, look, "Blond_Hair") == 0);
  CHECK(attribute(person, look, "Gray_Hair") == 1);
}
