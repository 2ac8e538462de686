#include "support/torch_catch.hpp"

#include <faceptor/analyze/face_analyzer.hpp>
#include <faceptor/geometry/box.hpp>

#include "analyze/small_analyzer.hpp"
#include "support/error_of.hpp"

using namespace faceptor;
using namespace analyze_test;

namespace {

void check_near(const std::optional<FivePoints>& points, const FivePoints& expected) {
  REQUIRE(points.has_value());
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK((*points)[i].x == Approx(expected[i].x).margin(0.02));
    CHECK((*points)[i].y == Approx(expected[i].y).margin(0.02));
  }
}

}  // namespace

TEST_CASE("five points come from the detector, the landmarks or the box", "[analyze]") {
  const auto points_of = [](weights::LoadedModel loaded, const AnalyzerOptions& options) {
    FaceAnalyzer analyzer(std::move(loaded), options);
    auto result = analyzer.analyze(three_faces().image);
    // The points alone can be had as well, and are the same.
    const auto found = analyzer.with_five_points(three_faces().image, analyzer.detector().detect(three_faces().image));
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].points == result[i].points);
    return result;
  };
  const auto boxes = with_boxes(/*with_points=*/false);
  auto untrained = small_model();
  untrained.info.untrained = true;

  SECTION("the detector's are kept") {
    const auto result = points_of(small_model(), with_boxes());
    for (std::size_t i = 0; i < 3; ++i) CHECK(result[i].points == three_faces().faces[i].five_points);
  }
  SECTION("from the box, when asked or when landmarks mean nothing") {
    for (const auto& result :
         {points_of(small_model(), with_boxes(false, {.five_points = FivePointSource::box})), points_of(untrained, boxes)}) {
      for (const auto& face : result) CHECK(face.points == five_points_from_box(face.box));
    }
  }
  SECTION("from the model's landmarks, when it is trained or when asked") {
    auto means_nothing = with_fixed_landmarks();
    means_nothing.info.untrained = true;
    for (const auto& result :
         {points_of(with_fixed_landmarks(), boxes), points_of(with_fixed_landmarks(), with_boxes(false, {.tasks = {"age_morph2"}})),
          points_of(means_nothing, with_boxes(false, {.five_points = FivePointSource::landmarks}))}) {
      for (const auto& face : result) check_near(face.points, FixedLandmarks::five_points(face.box.scaled(1.25F), 16));
    }
    const auto boxed = points_of(means_nothing, boxes);
    CHECK(boxed[0].points == five_points_from_box(boxed[0].box));
  }
  SECTION("landmarks that have all but fallen together can't align a face: the box's do") {
    const auto result = points_of(small_model(), boxes);  // the start values of a network see every point in the middle
    for (const auto& face : result) CHECK(face.points == five_points_from_box(face.box));
  }
  SECTION("each face on its own") {
    auto mixed = detections(false);
    mixed[1].points = three_faces().faces[1].five_points;
    const auto result = points_of(with_fixed_landmarks(), AnalyzerOptions{.detector = std::make_shared<FixedBoxes>(mixed)});
    CHECK(result[1].points == three_faces().faces[1].five_points);
    check_near(result[0].points, FixedLandmarks::five_points(result[0].box.scaled(1.25F), 16));
  }
  SECTION("tasks cut by points look where those are") {
    const auto found = points_of(with_fixed_landmarks(), boxes);
    auto given = detections(false);
    for (std::size_t i = 0; i < 3; ++i) given[i].points = found[i].points;
    const auto again = points_of(small_model(), AnalyzerOptions{.detector = std::make_shared<FixedBoxes>(given)});
    const auto others = points_of(small_model(), with_boxes());
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(difference(found[i].result("age_morph2"), again[i].result("age_morph2")) < 1e-5);
      CHECK(difference(found[i].result("age_morph2"), others[i].result("age_morph2")) > 1e-6);
    }
  }
  SECTION("a model without landmarks can't give them") {
    const auto without = small_tasks().only(Names{"age_morph2", "affect_rafdb"});
    const auto error =
        error_of([&] { FaceAnalyzer(small_model(false, without), with_boxes(false, {.five_points = FivePointSource::landmarks})); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK_FALSE(error.hint().empty());
    const auto result = points_of(small_model(false, without), boxes);  // automatic: the box
    CHECK(result[0].points == five_points_from_box(result[0].box));
  }
}
