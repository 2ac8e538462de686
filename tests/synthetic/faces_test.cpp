#include <faceptor/synthetic/faces.hpp>

#include <cmath>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/synthetic/contact_sheet.hpp>

#include "support/catch.hpp"

using faceptor::Point;
using faceptor::Points;
namespace results = faceptor::results;
namespace syn = faceptor::synthetic;

namespace {

const syn::FacePoints& points_of(const syn::SyntheticFace& face, std::string_view scheme) {
  if (scheme == "68") return face.landmarks.p68;
  if (scheme == "98") return face.landmarks.p98;
  if (scheme == "29") return face.landmarks.p29;
  return face.landmarks.p19;
}

// Whether a pixel of one of the classes lies within `reach` of a place.
bool near_class(const syn::LabelMaps& labels, Point p, std::initializer_list<int> classes, float reach) {
  for (int y = static_cast<int>(p.y - reach); y <= static_cast<int>(p.y + reach) + 1; ++y) {
    for (int x = static_cast<int>(p.x - reach); x <= static_cast<int>(p.x + reach) + 1; ++x) {
      if (x < 0 || y < 0 || x >= labels.size.width || y >= labels.size.height ||
          std::hypot(static_cast<float>(x) - p.x, static_cast<float>(y) - p.y) > reach)
        continue;
      const int label = labels.celebamask[static_cast<std::size_t>(y) * labels.size.width + x];
      if (std::find(classes.begin(), classes.end(), label) != classes.end()) return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("the same seed and index give the same bytes, others give others", "[synthetic]") {
  const syn::SyntheticFaces faces(3, syn::SyntheticOptions{.size = {96, 96}}), again(3, syn::SyntheticOptions{.size = {96, 96}}),
      other(4, syn::SyntheticOptions{.size = {96, 96}});
  std::set<std::vector<std::uint8_t>> pictures;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const auto a = faces.face(i), b = again.face(i);
    CHECK(a.image == b.image);
    CHECK(a.labels.celebamask == b.labels.celebamask);
    CHECK(a.face.landmarks.p98.points == b.face.landmarks.p98.points);
    for (const auto& picture : {a.image, other.face(i).image}) pictures.emplace(picture.pixels().begin(), picture.pixels().end());
  }
  CHECK(pictures.size() == 12);
}

TEST_CASE("a person stays the same over pictures, and what may change does", "[synthetic]") {
  const syn::SyntheticFaces faces(5, syn::SyntheticOptions{.size = {64, 64}, .identities = 3});
  const auto first = faces.face(1), second = faces.face(4), stranger = faces.face(2);
  CHECK(first.face.identity == 1);
  CHECK(second.face.identity == 1);
  CHECK(stranger.face.identity == 2);
  CHECK(first.face.person.eye_x == second.face.person.eye_x);
  CHECK(first.face.person.skin == second.face.person.skin);
  CHECK(first.face.person.hair == second.face.person.hair);
  CHECK(first.face.appearance.yaw != second.face.appearance.yaw);
  CHECK_FALSE(first.image == second.image);
  CHECK(first.face.person.eye_x != stranger.face.person.eye_x);
}

TEST_CASE("a plain face is its own mirror image under every scheme", "[synthetic]") {
  for (std::uint64_t index = 0; index < 8; ++index) {
    const auto sample = syn::SyntheticFaces(11, syn::SyntheticOptions{.size = {201, 201}, .plain = true}).face(index);
    for (const auto& scheme : results::landmark_schemes()) {
      const Points& points = points_of(sample.face, scheme.name).points;
      REQUIRE(points.size() == scheme.size);
      const Points mirrored = results::mirror_landmarks(scheme, points, 201);
      for (std::size_t i = 0; i < points.size(); ++i) {
        INFO("scheme " << scheme.name << ", point " << i << ", face " << index);
        CHECK(mirrored[i].x == Approx(points[i].x).margin(0.02));
        CHECK(mirrored[i].y == Approx(points[i].y).margin(0.02));
      }
    }
    REQUIRE(sample.face.landmarks.p106.points.size() == 106);
    // What the publisher's chain takes for pupils, nose tip and mouth corners.
    const Points& lapa = sample.face.landmarks.p106.points;
    const std::size_t five[] = {104, 105, 54, 84, 90};
    for (std::size_t i = 0; i < 5; ++i) CHECK(lapa[five[i]] == sample.face.five_points[i]);
  }
}

TEST_CASE("the parts of a plain face are labelled alike on both sides", "[synthetic]") {
  const auto sample = syn::SyntheticFaces(11, syn::SyntheticOptions{.size = {201, 201}, .plain = true}).face(2);
  const auto& map = sample.labels.celebamask;
  int differ = 0, parts = 0;
  for (int y = 0; y < 201; ++y) {
    for (int x = 0; x < 201; ++x) {
      const auto here = map[static_cast<std::size_t>(y * 201 + x)], there = map[static_cast<std::size_t>(y * 201 + 200 - x)];
      if (here == 0 || here == 14 || there == 14) continue;  // hair is parted on one side
      ++parts;
      differ += results::kCelebaMaskHqClasses.mirror(there) != here;
    }
  }
  CHECK(parts > 5000);
  CHECK(differ < parts / 200);
  // The image's left has the lower number.
  const auto label = [&](Point p) {
    return map[static_cast<std::size_t>(std::lround(p.y)) * 201 + static_cast<std::size_t>(std::lround(p.x))];
  };
  CHECK(label(sample.face.five_points[0]) == 8);
  CHECK(label(sample.face.five_points[1]) == 9);
}

TEST_CASE("visible points lie on the borders of their parts", "[synthetic]") {
  const syn::SyntheticFaces faces(21, syn::SyntheticOptions{.size = {320, 320}});
  int checked = 0;
  for (std::uint64_t index = 0; index < 40; ++index) {
    const auto sample = faces.face(index);
    const bool glasses = sample.face.appearance.glasses != syn::Glasses::none;
    const auto& set = sample.face.landmarks.p98;
    const auto check = [&](std::size_t i, std::initializer_list<int> inner, std::initializer_list<int> outer) {
      if (set.visible[i] == 0) return;
      // Tips of brows and corners of mouths run out between pixel centres.
      const float reach = i == 33 || i == 46 || i == 76 || i == 82 ? 3.2F : 1.6F;
      INFO("face " << index << ", point " << i);
      CHECK(near_class(sample.labels, set.points[i], inner, reach));
      CHECK(near_class(sample.labels, set.points[i], outer, reach));
      ++checked;
    };
    for (std::size_t i = 0; i < 33; ++i) check(i, {2, 14, 15}, {0, 1, 3, 4, 5, 14, 15, 17});
    for (std::size_t i = 76; i < 88; ++i) check(i, {12, 13}, {2});
    for (std::size_t i = 89; i < 92; ++i) check(i, {13}, {11, 12});
    for (std::size_t i = 93; i < 96; ++i) check(i, {12}, {11, 13});
    if (glasses) continue;
    for (std::size_t i = 60; i < 68; ++i) check(i, {8}, {2, 14});
    for (std::size_t i = 68; i < 76; ++i) check(i, {9}, {2, 14});
    for (std::size_t i = 34; i < 42; ++i) check(i, {6, 14}, {2, 14, 8});
    for (std::size_t i = 42; i < 51; ++i) check(i, {7, 14}, {2, 14, 9});
    check(54, {10}, {10});
    check(96, {8}, {8});
    check(97, {9}, {9});
  }
  CHECK(checked > 1500);
}

TEST_CASE("faces of any size and shape of picture", "[synthetic]") {
  for (const auto& [width, height] : {std::pair{16, 16}, std::pair{178, 218}, std::pair{300, 90}}) {
    const auto sample = syn::SyntheticFaces(1, syn::SyntheticOptions{.size = {width, height}}).face(0);
    CHECK(sample.image.width() == width);
    CHECK(sample.image.height() == height);
    CHECK(sample.face.box.valid());
  }
  // Another size is the same picture, larger.
  const auto small = syn::SyntheticFaces(1, syn::SyntheticOptions{.size = {101, 101}}).face(3).face,
             large = syn::SyntheticFaces(1, syn::SyntheticOptions{.size = {201, 201}}).face(3).face;
  for (std::size_t i = 0; i < 68; ++i) CHECK(large.landmarks.p68.points[i].x / 2 == Approx(small.landmarks.p68.points[i].x).margin(1.0));
}

TEST_CASE("aligned faces stand on the identity template", "[synthetic]") {
  const syn::SyntheticFaces faces(4, syn::SyntheticOptions{.size = {112, 112}, .aligned = true});
  for (std::uint64_t index = 0; index < 10; ++index) {
    const auto sample = faces.face(index);
    Point middle{};
    for (const auto& p : sample.face.five_points) middle = {middle.x + p.x / 5, middle.y + p.y / 5};
    CHECK(middle.x == Approx(56.027).margin(0.05));
    CHECK(middle.y == Approx(71.901).margin(0.05));
    CHECK(sample.face.five_points[1].x - sample.face.five_points[0].x > 22);
    CHECK(sample.face.appearance.roll == 0);
  }
}

TEST_CASE("several faces in a photo", "[synthetic]") {
  const syn::SyntheticFaces faces(6, syn::SyntheticOptions{.size = {480, 200}});
  const auto photo = faces.photo(1, 3), again = faces.photo(1, 3);
  CHECK(photo.image == again.image);
  REQUIRE(photo.faces.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& face = photo.faces[i];
    CHECK(face.box.x0 > -0.5F);
    CHECK(face.box.x1 < 479.5F);
    if (i > 0) CHECK(face.box.x0 > photo.faces[i - 1].box.x1);
    if (i > 0) CHECK(face.identity != photo.faces[i - 1].identity);
  }
}

TEST_CASE("contact sheets hold their pictures", "[synthetic]") {
  const syn::SyntheticFaces faces(6, syn::SyntheticOptions{.size = {64, 64}});
  const auto sheet = syn::contact_sheet(faces, 10, 3, 2);
  CHECK(sheet.width() == 3 * 65 + 1);
  CHECK(sheet.height() == 2 * 65 + 1);
  const auto picture = faces.face(14).image;
  for (int y = 0; y < 64; ++y) REQUIRE(std::equal(picture.at(0, y), picture.at(0, y) + 64 * 3, sheet.at(66, 66 + y)));
  for (const auto overlay : {syn::Overlay::landmarks68, syn::Overlay::landmarks98, syn::Overlay::celebamask, syn::Overlay::lapa}) {
    CHECK_FALSE(syn::contact_sheet(faces, 10, 1, 1, overlay) == syn::contact_sheet(faces, 10, 1, 1));
  }
}

TEST_CASE("bad wishes give one error each", "[synthetic]") {
  using faceptor::Error;
  CHECK_THROWS_AS(syn::SyntheticFaces(1, syn::SyntheticOptions{.size = {8, 64}}), Error);
  CHECK_THROWS_AS(syn::SyntheticFaces(1, syn::SyntheticOptions{.size = {64, 100000}}), Error);
  CHECK_THROWS_AS(syn::SyntheticFaces(1, syn::SyntheticOptions{.zoom = 0}), Error);
  const syn::SyntheticFaces faces(1, syn::SyntheticOptions{.size = {64, 64}});
  CHECK_THROWS_AS(faces.photo(0, 0), Error);
  CHECK_THROWS_AS(faces.photo(0, 17), Error);
  CHECK_THROWS_AS(syn::contact_sheet(faces, 0, 0, 4), Error);
  CHECK_THROWS_AS(syn::contact_sheet(faces, 0, 100000, 4), Error);
}
