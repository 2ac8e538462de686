#include <faceptor/geometry/similarity.hpp>

#include <algorithm>
#include <limits>
#include <numbers>

#include <Eigen/LU>
#include <faceptor/core/error.hpp>

#include "geometry/golden_tensors.hpp"
#include "support/catch.hpp"

using namespace faceptor;

namespace {

double relative(const Matrix& found, const Matrix& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / std::max(1.0, expected.cwiseAbs().maxCoeff());
}

struct AlignVariant {
  Size size;
  double face_scale = 1;
  Point offset;
};

/// "512", "h64w48", "h112w112_scale0.8_offset3_-5".
AlignVariant parse_align_variant(const std::string& text) {
  AlignVariant variant{golden::parse_size(text), 1, {}};
  if (const auto at = text.find("_scale"); at != std::string::npos) variant.face_scale = std::stod(text.substr(at + 6));
  if (const auto at = text.find("_offset"); at != std::string::npos) {
    const auto rest = text.substr(at + 7);
    variant.offset = {std::stof(rest), std::stof(rest.substr(rest.find('_') + 1))};
  }
  return variant;
}

const FivePoints kFace = {{{40, 50}, {73, 47}, {58, 70}, {45, 90}, {74, 88}}};

}  // namespace

TEST_CASE("align targets and matrices agree with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("align");
  if (!set) FACEPTOR_SKIP("golden/geometry/align.safetensors");
  for (const auto& variant : set->variants("target")) {
    INFO(variant);
    const auto [size, face_scale, offset] = parse_align_variant(variant);
    const auto target = align_target(AlignTemplate::farl, size, face_scale, offset);
    CHECK(golden::largest_difference({target.begin(), target.end()}, set->points("target." + variant)) < 1e-5);
    for (int i = 0; i < set->size("points", 0); ++i) {
      const auto index = static_cast<std::size_t>(i);
      const auto m = align_matrix(set->five("points", index), AlignTemplate::farl, size, face_scale, offset);
      INFO("face " << i);
      CHECK((m - set->matrix("matrix." + variant, index)).cwiseAbs().maxCoeff() < 2e-4);
      CHECK((m - set->matrix("matrix_f64in." + variant, index)).cwiseAbs().maxCoeff() < 2e-4);
      CHECK(m.determinant() > 0);
    }
  }
}

TEST_CASE("crop matrices of boxes agree with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("matrices");
  if (!set) FACEPTOR_SKIP("golden/geometry/matrices.safetensors");
  const std::pair<const char*, BoxEdges> kinds[] = {
      {"crop", BoxEdges::pixels}, {"crop_offset", BoxEdges::corners}, {"crop_corners", BoxEdges::centers}};
  for (const auto& [prefix, edges] : kinds) {
    for (const auto& variant : set->variants(prefix)) {
      for (int i = 0; i < set->size("box", 0); ++i) {
        INFO(prefix << "." << variant << " of box " << i);
        const auto index = static_cast<std::size_t>(i);
        const auto expected = set->matrix(std::string(prefix) + "." + variant, index);
        CHECK(relative(crop_matrix(set->box("box", index), golden::parse_size(variant), edges), expected) < 1e-6);
      }
    }
  }
  for (const auto& variant : set->variants("crop_then_test0.8")) {
    const auto size = golden::parse_size(variant);
    for (int i = 0; i < set->size("box", 0); ++i) {
      const auto index = static_cast<std::size_t>(i);
      const Matrix m = similarity_about_center({.scale = 0.8}, size, size) * crop_matrix(set->box("box", index), size);
      CHECK(relative(m, set->matrix("crop_then_test0.8." + variant, index)) < 1e-6);
    }
  }
}

TEST_CASE("similarities, mirrors and resizes agree with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("matrices");
  if (!set) FACEPTOR_SKIP("golden/geometry/matrices.safetensors");
  const auto sizes = [](const std::string& variant) {  // "to_h64w48_from_h100w90"
    const auto from = variant.find("_from_");
    return std::pair(golden::parse_size(variant.substr(from + 6)), golden::parse_size(variant.substr(3, from - 3)));
  };
  const auto shift = set->floats("draw.shift"), rotation = set->floats("draw.rot"), scale = set->floats("draw.scale");
  for (int i = 0; i < set->size("base", 0); ++i) {
    const auto index = static_cast<std::size_t>(i);
    const auto base = set->matrix("base", index);
    const SimilarityDraws draws{shift[2 * index], shift[2 * index + 1], rotation[index], scale[index]};
    for (const auto& variant : set->variants("random")) {
      INFO("random." << variant << " " << i);
      const auto [source, target] = sizes(variant);
      CHECK(relative(similarity_about_center(draws, source, target) * base, set->matrix("random." + variant, index)) < 1e-6);
    }
    for (const auto& variant : set->variants("flip_x")) {
      const auto size = golden::parse_size(variant);
      CHECK(relative(flip_matrix(size, size) * base, set->matrix("flip_x." + variant, index)) < 1e-6);
    }
    for (const auto& variant : set->variants("resize")) {
      const auto [source, target] = sizes(variant);
      CHECK(relative(resize_matrix(source, target) * base, set->matrix("resize." + variant, index)) < 1e-6);
    }
    for (const auto& variant : set->variants("resize_corners")) {
      const auto [source, target] = sizes(variant);
      CHECK(relative(resize_matrix(source, target, ResizeRule::corners) * base, set->matrix("resize_corners." + variant, index)) < 1e-6);
    }
  }
}

TEST_CASE("a similarity is found again from the points it moved", "[geometry]") {
  const auto m = similarity_about_center({0.1, -0.2, 0.7, 1.7}, {100, 80}, {64, 96});
  CHECK((fit_similarity(kFace, transformed(m, kFace)) - m).cwiseAbs().maxCoeff() < 1e-4);
}

TEST_CASE("a mirrored face gets the best similarity, not a mirror", "[geometry]") {
  const auto m = fit_similarity(kFace, mirrored(kFace, 112));
  CHECK(m(0, 0) == Approx(m(1, 1)));
  CHECK(m(0, 1) == Approx(-m(1, 0)));
  CHECK(m.determinant() > 0);
}

TEST_CASE("ArcFace's template stands as published at 112 and grows with the crop about its centre", "[geometry]") {
  const auto at112 = align_target(AlignTemplate::arcface, {112, 112});
  CHECK(at112[0].x == Approx(38.2946));
  CHECK(at112[4].y == Approx(92.2041));
  const auto wide = align_target(AlignTemplate::arcface, {448, 224});
  const auto half = align_target(AlignTemplate::arcface, {448, 224}, 0.5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(wide[i].x - 223.5 == Approx(2 * (at112[i].x - 55.5)).margin(1e-4));
    CHECK(wide[i].y - 111.5 == Approx(2 * (at112[i].y - 55.5)).margin(1e-4));
    CHECK(half[i].x - 223.5 == Approx(at112[i].x - 55.5).margin(1e-4));
  }
}

TEST_CASE("rotation is clockwise on the screen, about the centre", "[geometry]") {
  const auto m = similarity_about_center({.rotation = std::numbers::pi / 2}, {101, 51}, {101, 51});
  const auto moved = transformed(m, Points{{60, 25}, {50, 25}});
  CHECK(moved[0].x == Approx(50).margin(1e-4));
  CHECK(moved[0].y == Approx(35).margin(1e-4));
  CHECK(moved[1].y == Approx(25).margin(1e-4));
}

TEST_CASE("a mirror twice is no mirror", "[geometry]") {
  const Size a{31, 20}, b{44, 18};
  CHECK((flip_matrix(b, a) * flip_matrix(a, b) - Matrix::Identity()).cwiseAbs().maxCoeff() < 1e-12);
  CHECK(transformed(flip_matrix(a, a), Points{{0, 7}})[0] == Point{30, 7});
}

TEST_CASE("the box of five points is the one they usually lie in", "[geometry]") {
  for (const Box& box : {Box{10, 20, 110, 120}, Box{-3.5F, 7, 20.5F, 31}}) {
    const Box back = box_from_five_points(five_points_from_box(box));
    CHECK(back.x0 == Approx(box.x0).margin(1e-3));
    CHECK(back.y0 == Approx(box.y0).margin(1e-3));
    CHECK(back.x1 == Approx(box.x1).margin(1e-3));
    CHECK(back.y1 == Approx(box.y1).margin(1e-3));
  }
  // A face turned about the box's centre has the same, upright box.
  const Box box{100, 50, 180, 130};
  const Size photo{281, 181};
  for (const double angle : {0.4, 1.6, 3.1}) {
    const auto turned = transformed(similarity_about_center({.rotation = angle}, photo, photo), five_points_from_box(box));
    FivePoints points;
    std::copy(turned.begin(), turned.end(), points.begin());
    const Box back = box_from_five_points(points);
    CHECK(back.center().x == Approx(140).margin(1e-3));
    CHECK(back.center().y == Approx(90).margin(1e-3));
    CHECK(back.width() == Approx(80).margin(1e-3));
  }
  FivePoints same;
  same.fill({5, 5});
  CHECK_THROWS_AS(box_from_five_points(same), Error);
}

TEST_CASE("quarter turns go against the clock and come back", "[geometry]") {
  const Size photo{30, 20};
  const auto corner = [&](int turns) { return transformed(quarter_turn_matrix(photo, turns), Points{{29, 0}})[0]; };  // top right
  CHECK(corner(0) == Point{29, 0});
  CHECK(corner(1) == Point{0, 0});
  CHECK(corner(2) == Point{0, 19});
  CHECK(corner(3) == Point{19, 29});
  CHECK(corner(5) == corner(1));
  CHECK(corner(-1) == corner(3));
  CHECK(turned_size(photo, 1) == Size{20, 30});
  CHECK(turned_size(photo, 2) == photo);
  for (const int turns : {1, 2, 3}) {
    const Matrix back = quarter_turn_matrix(turned_size(photo, turns), 4 - turns) * quarter_turn_matrix(photo, turns);
    CHECK((back - Matrix::Identity()).cwiseAbs().maxCoeff() < 1e-12);
  }
  CHECK_THROWS_AS(quarter_turn_matrix({0, 3}, 1), Error);
}

TEST_CASE("bad points, boxes and sizes are errors", "[geometry]") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
  auto broken = kFace;
  broken[2].x = kNan;
  FivePoints same;
  same.fill({5, 5});
  CHECK_THROWS_AS(align_matrix(broken, AlignTemplate::farl, {64, 64}), Error);
  CHECK_THROWS_AS(align_matrix(same, AlignTemplate::farl, {64, 64}), Error);
  CHECK_THROWS_AS(align_matrix(kFace, AlignTemplate::farl, {0, 64}), Error);
  CHECK_THROWS_AS(fit_similarity(kFace, Points{{1, 1}}), Error);
  CHECK_THROWS_AS(fit_similarity(Points{{1, 1}}, Points{{1, 1}}), Error);
  for (const Box& box : {Box{10, 10, 10, 20}, Box{10, 10, 5, 20}, Box{kNan, 0, 5, 5}, Box{0, 0, kInf, 5}}) {
    CHECK_THROWS_AS(crop_matrix(box, {64, 64}), Error);
  }
  CHECK_THROWS_AS(inverted(Matrix::Zero()), Error);
  CHECK_THROWS_AS(inverted(Matrix::Constant(kNan)), Error);
  CHECK_THROWS_AS(resize_matrix({0, 1}, {4, 4}), Error);
}
