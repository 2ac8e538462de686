#include <faceptor/detect/face_detector.hpp>

#include <limits>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("the whole photo is one face", "[detect]") {
  const auto faces = WholeImageDetector().detect(Image(30, 20));
  REQUIRE(faces.size() == 1);
  CHECK(faces[0].box == Box{-0.5F, -0.5F, 29.5F, 19.5F});
  CHECK(faces[0].score == 1.0F);
  CHECK(WholeImageDetector().detect(Image()).empty());
}

TEST_CASE("boxes known already are given as they are", "[detect]") {
  const Box box{1, 2, 11, 12};
  const FivePoints points{{{3, 4}, {8, 4}, {5, 7}, {4, 10}, {7, 10}}};
  const FixedBoxes detector(std::vector<Detection>{{box, 0.25F, points}});
  const auto faces = detector.detect(Image(20, 20));
  REQUIRE(faces.size() == 1);
  CHECK(faces[0].box == box);
  CHECK(faces[0].score == 0.25F);
  CHECK(faces[0].points == points);
  CHECK(FixedBoxes(std::vector<Box>{}).detect(Image(20, 20)).empty());
}

TEST_CASE("boxes that can't be right are refused", "[detect]") {
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(error_of([] { FixedBoxes(std::vector<Box>{{5, 5, 5, 9}}); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { FixedBoxes(std::vector<Box>{{0, 0, 9, 9}, {nan, 5, 9, 9}}); }).where() == "box 1");
  const FivePoints points{{{nan, 0}, {}, {}, {}, {}}};
  CHECK(error_of([&] { FixedBoxes(std::vector<Detection>{{Box{0, 0, 9, 9}, 1.0F, points}}); }).code() == ErrorCode::argument);
  const auto error = error_of([] { FixedBoxes(std::vector<Box>{{100, 100, 120, 120}}).detect(Image(50, 50)); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.found() == "[100, 100, 120, 120]");
}

TEST_CASE("boxes that are no pixels of the photo are told what they look like", "[detect]") {
  const auto refusal = [](const Box& box) { return error_of([&] { FixedBoxes(std::vector<Box>{box}).detect(Image(300, 200)); }); };
  CHECK(refusal({0.31F, 0.22F, 0.73F, 0.59F}).hint() == "these look like shares of the photo: multiply x by 300 and y by 200");
  CHECK(refusal({0, 0, 1, 1}).hint().find("shares") != std::string::npos);
  CHECK(refusal({90, 90, 90.01F, 90.01F}).summary() == "detect: a box is too small for a face");
  CHECK(refusal({-9e6F, -9e6F, 9e6F, 9e6F}).summary() == "detect: a box is far larger than the photo");
  CHECK(refusal({5000, 5000, 5200, 5200}).summary() == "detect: a box lies outside the photo");
  CHECK(FixedBoxes(std::vector<Box>{{-100, -100, 400, 400}, {10, 10, 12, 12}}).detect(Image(300, 200)).size() == 2);
}

TEST_CASE("points beside their box are another face's, or no pixels", "[detect]") {
  const auto refusal = [](const FivePoints& points) {
    return error_of([&] { FixedBoxes(std::vector<Detection>{{Box{80, 60, 180, 170}, 1, points}}).detect(Image(300, 200)); });
  };
  const auto far = refusal({{{900, 900}, {910, 900}, {905, 905}, {901, 910}, {909, 910}}});
  CHECK(far.summary() == "detect: the points of a face lie beside its box");
  CHECK(far.where() == "points of box 0");
  CHECK(refusal({{{0.3F, 0.4F}, {0.5F, 0.4F}, {0.4F, 0.5F}, {0.33F, 0.6F}, {0.5F, 0.6F}}}).hint() ==
        "these look like shares of the photo: multiply x by 300 and y by 200");
  // A detector may put some of them outside its box.
  const FivePoints near{{{75, 90}, {120, 85}, {70, 110}, {80, 140}, {115, 145}}};
  CHECK(FixedBoxes(std::vector<Detection>{{Box{80, 60, 180, 170}, 1, near}}).detect(Image(300, 200)).size() == 1);
}
