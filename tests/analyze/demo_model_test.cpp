#include "support/torch_catch.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/weights/model_file.hpp>
#include <faceptor/image/read.hpp>

#include "support/tests_folder.hpp"

using namespace faceptor;

namespace {

const auto kAssets = tests_folder() / ".." / "assets";

/// A face by a square box from the brows to the chin, without points.
PhotoResult look(FaceAnalyzer& analyzer, const char* name, const Box& box) {
  const Detection faces[] = {{box, 1, {}}};
  return analyzer.analyze(read_image(kAssets / "photos" / name), faces, name);
}

constexpr Box kAstronaut{176, 76.5F, 266, 166.5F}, kHopper{180.5F, 139.5F, 367, 325.5F};

}  // namespace

TEST_CASE("The demonstration weights see what is there on photos they were not trained on", "[analyze][demo]") {
  auto analyzer = FaceAnalyzer::load(kAssets / "models" / "faceptor-demo.safetensors");
  CHECK_FALSE(analyzer.info().untrained);
  CHECK(analyzer.info().licence.find("CC BY 4.0") != std::string::npos);

  const auto astronaut = look(analyzer, "astronaut.jpg", kAstronaut);
  const auto hopper = look(analyzer, "grace_hopper.jpg", kHopper);
  REQUIRE(astronaut.size() == 1);
  REQUIRE(hopper.size() == 1);

  // The middle between the eyes, read off the pictures; a tenth of the box is less than half an eye.
  for (const auto& [result, eyes, side] :
       {std::tuple{&astronaut, Point{224, 104}, kAstronaut.width()}, std::tuple{&hopper, Point{270, 191}, kHopper.width()}}) {
    const auto& landmarks = (*result)[0].get<Landmarks>();
    REQUIRE(landmarks.points.size() == 68);
    const auto [left_eye, right_eye, nose, left_mouth, right_mouth] = landmarks.five_points();
    const Point found{(left_eye.x + right_eye.x) / 2, (left_eye.y + right_eye.y) / 2};
    CHECK(std::hypot(found.x - eyes.x, found.y - eyes.y) < 0.1 * side);
    CHECK(left_eye.x < nose.x);
    CHECK(nose.x < right_eye.x);
    CHECK(std::min(left_mouth.y, right_mouth.y) > found.y + 0.25 * side);
  }
  CHECK(astronaut[0].get<Expression>().label() == "happy");
  const auto& one = astronaut[0].get<results::Embedding>();
  CHECK(one.dimension() == 128);
  const auto again = look(analyzer, "astronaut.jpg", kAstronaut.scaled(1.1F));
  CHECK(results::cosine(one, again[0].get<results::Embedding>()) > results::cosine(one, hopper[0].get<results::Embedding>()) + 0.2F);
}
