#include <faceptor/detect/known_faces.hpp>

#include <limits>

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace faceptor;

TEST_CASE("a face by its points has the box that they usually lie in", "[detect]") {
  const Box box{40, 30, 140, 130};
  const auto face = face_by_points(five_points_from_box(box));
  CHECK(face.points == five_points_from_box(box));
  CHECK(face.score == 1.0F);
  CHECK(intersection_over_union(face.box, box) > 0.999F);
}

TEST_CASE("points that no face has are refused", "[detect]") {
  const auto refusal = [](const FivePoints& points) { return error_of([&] { face_by_points(points); }); };
  auto broken = five_points_from_box({40, 30, 140, 130});
  broken[3].y = std::numeric_limits<float>::quiet_NaN();
  CHECK(refusal(broken).summary() == "detect: a point of a face is not a number");
  CHECK(refusal({{{10, 10}, {20, 20}, {30, 30}, {40, 40}, {50, 50}}}).summary() == "detect: the five points of a face lie on one line");
  CHECK(refusal({{{10, 7}, {20, 7}, {30, 7}, {11, 7}, {50, 7}}}).code() == ErrorCode::argument);
  FivePoints same;
  same.fill({5, 5});
  CHECK(refusal(same).code() == ErrorCode::argument);

  CHECK(error_of([] { five_points_of(Points{{1, 2}, {3, 4}, {5, 6}, {7, 8}}); }).found() == "4 points");
  CHECK_NOTHROW(face_by_points({{{100, 100}, {104, 100}, {80, 130}, {98, 160}, {101, 160}}}));
  CHECK(five_points_of(Points{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 1}})[4] == Point{9, 1});
}

TEST_CASE("an aligned crop is one face, whose points stand where the template has them", "[detect]") {
  const auto face = aligned_face({112, 112});
  CHECK(face.box == Box::whole(112, 112));
  CHECK(face.points == align_target(AlignTemplate::arcface, {112, 112}));
  CHECK(face.view_box == box_from_five_points(*face.points));
  CHECK(aligned_face({512, 512}, AlignTemplate::farl).points == align_target(AlignTemplate::farl, {512, 512}));
  CHECK(error_of([] { aligned_face({0, 112}); }).code() == ErrorCode::argument);

  const AlignedCropDetector detector;
  CHECK(detector.name() == "aligned");
  CHECK(detector.detect(Image()).empty());
  REQUIRE(detector.detect(Image(224, 224)).size() == 1);
  CHECK(detector.detect(Image(224, 224))[0].points == align_target(AlignTemplate::arcface, {224, 224}));
}
