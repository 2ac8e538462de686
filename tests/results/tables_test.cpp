#include <set>
#include <string>
#include <tuple>

#include <faceptor/core/error.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>

#include "results/support.hpp"
#include "support/catch.hpp"

using namespace faceptor;
using namespace faceptor::results;
using results_test::code_of;

TEST_CASE("the schemes are known by their number of points", "[results]") {
  REQUIRE(landmark_schemes().size() == 4);
  for (const auto& scheme : landmark_schemes()) {
    CAPTURE(scheme.name);
    CHECK(std::to_string(scheme.size) == scheme.name);
    CHECK(&landmark_scheme(scheme.name) == &scheme);
  }
  CHECK(find_landmark_scheme("106") == nullptr);
  CHECK(code_of([] { (void)landmark_scheme("106"); }) == ErrorCode::argument);
}

TEST_CASE("the regions of a scheme hold every point once", "[results]") {
  for (const auto& scheme : landmark_schemes()) {
    CAPTURE(scheme.name);
    std::multiset<std::size_t> seen;
    for (const auto& region : scheme.regions) seen.insert(region.points.begin(), region.points.end());
    std::multiset<std::size_t> all;
    for (std::size_t i = 0; i < scheme.size; ++i) all.insert(i);
    CHECK(seen == all);
    for (const auto& contour : scheme.contours) {
      for (const auto i : contour.points) CHECK(i < scheme.size);
    }
  }
}

TEST_CASE("mirror maps are involutions that swap left and right regions", "[results]") {
  for (const auto& scheme : landmark_schemes()) {
    CAPTURE(scheme.name);
    REQUIRE(scheme.mirror.size() == scheme.size);
    for (std::size_t i = 0; i < scheme.size; ++i) {
      CAPTURE(i);
      REQUIRE(scheme.mirror[i] < scheme.size);
      CHECK(scheme.mirror[scheme.mirror[i]] == i);
    }
    for (const auto& region : scheme.regions) {
      const std::string name(region.name);
      const auto other = name.rfind("left ", 0) == 0    ? "right " + name.substr(5)
                         : name.rfind("right ", 0) == 0 ? "left " + name.substr(6)
                                                        : name;
      CAPTURE(name, other);
      std::set<std::size_t> mirrored;
      for (const auto i : region.points) mirrored.insert(scheme.mirror[i]);
      const auto& points = scheme.region(other).points;
      CHECK(mirrored == std::set<std::size_t>(points.begin(), points.end()));
    }
    CHECK(scheme.mirror[scheme.outer_eye_corners[0]] == scheme.outer_eye_corners[1]);
    CHECK(scheme.mirror[scheme.nose_and_mouth[0]] == scheme.nose_and_mouth[0]);
    CHECK(scheme.mirror[scheme.nose_and_mouth[1]] == scheme.nose_and_mouth[2]);
  }
}

TEST_CASE("single entries of the mirror maps", "[results]") {
  // From the published pairs, one of each run's ends.
  const auto swaps = [](const char* scheme, std::size_t a, std::size_t b) { return landmark_scheme(scheme).mirror[a] == b; };
  CHECK(swaps("68", 7, 9));
  CHECK(swaps("68", 8, 8));
  CHECK(swaps("68", 21, 22));
  CHECK(swaps("68", 39, 42));
  CHECK(swaps("68", 40, 47));
  CHECK(swaps("68", 41, 46));
  CHECK(swaps("68", 56, 58));
  CHECK(swaps("68", 65, 67));
  CHECK(swaps("98", 15, 17));
  CHECK(swaps("98", 37, 42));
  CHECK(swaps("98", 38, 50));
  CHECK(swaps("98", 41, 47));
  CHECK(swaps("98", 64, 68));
  CHECK(swaps("98", 65, 75));
  CHECK(swaps("98", 67, 73));
  CHECK(swaps("98", 84, 86));
  CHECK(swaps("98", 89, 91));
  CHECK(swaps("98", 93, 95));
  CHECK(swaps("98", 96, 97));
  CHECK(swaps("29", 5, 7));
  CHECK(swaps("29", 20, 20));
  CHECK(swaps("19", 8, 9));
  CHECK(swaps("19", 13, 13));
}

TEST_CASE("distances of the eyes", "[results]") {
  for (const auto& scheme : landmark_schemes()) {
    CAPTURE(scheme.name);
    Points points(scheme.size);
    points[scheme.outer_eye_corners[0]] = {10, 20};
    points[scheme.outer_eye_corners[1]] = {13, 24};
    CHECK(inter_ocular(scheme, points) == Approx(5));
    for (const auto i : scheme.left_eye_center) points[i] = {1, 1};
    for (const auto i : scheme.right_eye_center) points[i] = {7, 9};
    CHECK(inter_pupil(scheme, points) == Approx(10));
    CHECK(five_points(scheme, points)[1].y == Approx(9));
    CHECK(code_of([&] { (void)inter_ocular(scheme, Points(3)); }) == ErrorCode::argument);
    CHECK(code_of([&] { (void)five_points(scheme, Points(3)); }) == ErrorCode::argument);
    CHECK(mirror_landmarks(scheme, mirror_landmarks(scheme, points, 100), 100) == points);
  }
  const auto& wflw = landmark_scheme("98");
  CHECK(wflw.outer_eye_corners[0] == 60);
  CHECK(wflw.outer_eye_corners[1] == 72);
  CHECK(landmark_scheme("68").outer_eye_corners[0] == 36);
  CHECK(landmark_scheme("68").outer_eye_corners[1] == 45);
}

TEST_CASE("the parsing classes", "[results]") {
  CHECK(kCelebaMaskHqClasses.size() == 19);
  CHECK(kLapaClasses.size() == 11);
  CHECK(kCelebaMaskHqClasses.classes[1].name == "neck");
  CHECK(kCelebaMaskHqClasses.classes[14].name == "hair");
  CHECK(kCelebaMaskHqClasses.classes[18].name == "neck_l");
  CHECK(kLapaClasses.classes[10].name == "hair");
  CHECK(kCelebaMaskHqClasses.mirror(4) == 5);
  CHECK(kCelebaMaskHqClasses.mirror(9) == 8);
  CHECK(kCelebaMaskHqClasses.mirror(14) == 14);
  CHECK(kLapaClasses.mirror(3) == 2);
  for (const auto* set : {&kCelebaMaskHqClasses, &kLapaClasses}) {
    std::set<std::string> names;
    std::set<std::tuple<int, int, int>> colors;
    for (const auto& one : set->classes) {
      names.emplace(one.name);
      colors.emplace(one.color.r, one.color.g, one.color.b);
    }
    CHECK(names.size() == set->size());
    CHECK(colors.size() == set->size());
    for (std::size_t i = 0; i < set->size(); ++i) {
      const auto label = static_cast<std::uint8_t>(i);
      CHECK(set->mirror(set->mirror(label)) == label);
    }
  }
  std::set<std::tuple<int, int, int>> generated;
  for (std::size_t i = 0; i < 40; ++i) {
    const auto color = class_color(i);
    generated.emplace(color.r, color.g, color.b);
  }
  CHECK(generated.size() == 40);
}

TEST_CASE("the attribute and expression names", "[results]") {
  CHECK(std::set<std::string_view>(kCelebaAttributeNames.begin(), kCelebaAttributeNames.end()).size() == 40);
  CHECK(kCelebaAttributeNames[0] == "5_o_Clock_Shadow");
  CHECK(kCelebaAttributeNames[15] == "Eyeglasses");
  CHECK(kCelebaAttributeNames[20] == "Male");
  CHECK(kCelebaAttributeNames[31] == "Smiling");
  CHECK(kCelebaAttributeNames[39] == "Young");
  CHECK(kExpressionNames.size() == 7);
  CHECK(kExpressionNames[3] == "surprise");
  CHECK(kExpressionNames[6] == "anger");
}
