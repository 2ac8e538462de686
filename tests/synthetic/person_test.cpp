#include <faceptor/synthetic/person.hpp>

#include <array>
#include <cmath>
#include <set>

#include <faceptor/results/attributes.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/synthetic/labels.hpp>

#include "support/catch.hpp"

namespace results = faceptor::results;
namespace syn = faceptor::synthetic;

TEST_CASE("a person and a picture follow from their numbers alone", "[synthetic][person]") {
  const auto person = syn::Person::draw(3, 5), again = syn::Person::draw(3, 5), stranger = syn::Person::draw(3, 6);
  CHECK(person.identity == 5);
  CHECK(person.eye_x == again.eye_x);
  CHECK(person.hair == again.hair);
  CHECK(person.part_x == again.part_x);
  CHECK(person.eye_x != stranger.eye_x);
  CHECK(person.eye_x != syn::Person::draw(4, 5).eye_x);
  const auto look = syn::Appearance::draw(3, person, 1);
  CHECK(look.yaw == syn::Appearance::draw(3, again, 1).yaw);
  CHECK(look.grain == syn::Appearance::draw(3, again, 1).grain);
  CHECK(look.yaw != syn::Appearance::draw(3, person, 2).yaw);
}

TEST_CASE("labels stay in their ranges, and every kind turns up", "[synthetic]") {
  std::set<int> expressions, hair, hats, beards;
  std::array<std::set<int>, 40> attributes;
  float youngest = 200, oldest = 0;
  for (std::uint64_t index = 0; index < 600; ++index) {
    const auto person = syn::Person::draw(9, index);
    const auto look = syn::Appearance::draw(9, person, 0);
    youngest = std::min(youngest, person.age);
    oldest = std::max(oldest, person.age);
    CHECK(person.age == std::floor(person.age));
    expressions.insert(static_cast<int>(look.emotion));
    hair.insert(static_cast<int>(person.hair_style));
    hats.insert(static_cast<int>(look.hat));
    beards.insert(static_cast<int>(look.facial_hair));
    if (person.age < 18) CHECK(look.facial_hair == syn::FacialHair::none);
    const auto values = syn::attributes_of(person, look);
    for (std::size_t i = 0; i < 40; ++i) attributes[i].insert(values[i]);
    CHECK(std::abs(look.yaw) <= 0.5F);
  }
  CHECK(youngest >= 6);
  CHECK(oldest <= 85);
  CHECK(oldest - youngest > 70);
  CHECK(expressions.size() == results::kExpressionNames.size());
  CHECK(hair.size() == 11);
  CHECK(hats.size() == 4);
  CHECK(beards.size() == 5);
  for (std::size_t i = 0; i < 40; ++i) {
    INFO(results::kCelebaAttributeNames[i]);
    CHECK(*attributes[i].begin() >= -1);
    CHECK(*attributes[i].rbegin() <= 1);
    // Either never told, or told both ways.
    CHECK((attributes[i] == std::set<int>{-1} || (attributes[i].count(0) == 1 && attributes[i].count(1) == 1)));
  }
}

TEST_CASE("features and hair don't depend on the tone of the skin", "[synthetic][person]") {
  // Of the lightest and the darkest third: the same means and shares, but for what chance leaves.
  struct Third {
    int count = 0, curly = 0, blue = 0;
    double nose = 0, lips = 0;
    std::array<int, 4> tones{};
  };
  std::array<Third, 3> thirds;
  constexpr int kPersons = 9000;
  for (std::uint64_t i = 0; i < kPersons; ++i) {
    const auto person = syn::Person::draw(3, i);
    auto& third = thirds[std::min<std::size_t>(2, static_cast<std::size_t>(3 * person.skin_tone))];
    ++third.count;
    third.nose += person.nose_width;
    third.lips += person.upper_lip + person.lower_lip;
    ++third.tones[static_cast<std::size_t>(person.hair_tone)];
    third.curly += person.hair_style == syn::HairStyle::curly;
    third.blue += person.iris.b > person.iris.r;
  }
  const auto& light = thirds[0];
  const auto& dark = thirds[2];
  REQUIRE(light.count > kPersons / 4);
  REQUIRE(dark.count > kPersons / 4);
  // Three standard errors of a difference of two means are about 0.08 deviations here.
  CHECK(light.nose / light.count == Approx(dark.nose / dark.count).margin(0.003));
  CHECK(light.lips / light.count == Approx(dark.lips / dark.count).margin(0.005));
  const auto check_share = [&](int of_light, int of_dark) {
    CHECK(of_light > 0);
    CHECK(static_cast<double>(of_light) / light.count == Approx(static_cast<double>(of_dark) / dark.count).margin(0.04));
  };
  for (std::size_t i = 0; i < 4; ++i) check_share(light.tones[i], dark.tones[i]);
  check_share(light.curly, dark.curly);
  check_share(light.blue, dark.blue);
}

TEST_CASE("a neutral face moves nothing, every other one something", "[synthetic][person]") {
  const auto pulls = [](const syn::Actions& a) {
    double sum = 0;
    for (const float pull : {a.brow_inner, a.brow_outer, a.brow_together, a.eye_open, a.squint, a.corner, a.wide, a.open, a.upper_lip,
                             a.press, a.nose_wrinkle, a.cheek}) {
      sum += std::abs(pull);
    }
    return sum;
  };
  CHECK(pulls(syn::Actions::of(syn::Emotion::neutral, 1)) == 0);
  for (int i = 1; i < 7; ++i) {
    const auto emotion = static_cast<syn::Emotion>(i);
    INFO(results::kExpressionNames[static_cast<std::size_t>(i)]);
    CHECK(pulls(syn::Actions::of(emotion, 0)) == 0);
    CHECK(pulls(syn::Actions::of(emotion, 1)) > pulls(syn::Actions::of(emotion, 0.5F)));
  }
  const auto plain = syn::Appearance::plain(syn::Person::draw(1, 1));
  CHECK(plain.yaw == 0);
  CHECK(plain.emotion == syn::Emotion::neutral);
  CHECK(pulls(plain.actions) == 0);
  CHECK(plain.glasses == syn::Glasses::none);
  CHECK(plain.hat == syn::Hat::none);
}
