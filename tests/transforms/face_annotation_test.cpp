#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/crop.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;

TEST_CASE("boxes come from landmarks or points where they are not annotated", "[data][transforms]") {
  auto sample = samples::face();
  CHECK(face_box(sample) == *sample.box);
  sample.box.reset();
  CHECK(face_box(sample) == Box::around(samples::points_of(sample.label)).squared());
  sample.label = NoLabel{};
  const Box square{20, 30, 100, 110};
  sample.points = five_points_from_box(square);
  const auto found = face_box(sample);
  CHECK(found.x0 == Approx(square.x0).margin(1e-3));
  CHECK(found.y1 == Approx(square.y1).margin(1e-3));
  sample.points.reset();
  CHECK(error_of([&] { face_box(sample); }).code() == ErrorCode::argument);
  sample.box = Box{10, 10, 10, 20};
  error_of([&] { face_box(sample); });
  sample.box.reset();
  sample.points = FivePoints{};
  error_of([&] { face_box(sample); });
  sample.label = LandmarkLabels{{{3, 3}}, {}};
  error_of([&] { face_box(sample); });
}

TEST_CASE("five points come from landmarks or the box where they are not annotated", "[data][transforms]") {
  auto sample = samples::face();
  CHECK(face_points(sample) == *sample.points);
  sample.points.reset();
  CHECK(face_points(sample) == results::five_points(results::landmark_scheme("68"), samples::points_of(sample.label)));
  sample.label = LandmarkLabels{{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}, {}};
  CHECK(face_points(sample)[4] == Point{9, 10});
  sample.label = LandmarkLabels{{{1, 2}, {3, 4}}, {}};
  CHECK(face_points(sample) == five_points_from_box(*sample.box));
  sample.box.reset();
  error_of([&] { face_points(sample); });
  const auto error = error_of([&] { view_test(views::aligned(32))(sample, Random(1)); });
  CHECK(error.where() == "face 0, step \"crop\"");
  sample.points = FivePoints{Point{5, 5}, Point{5, 5}, Point{5, 5}, Point{5, 5}, Point{5, 5}};
  error_of([&] { view_test(views::aligned(32))(sample, Random(1)); });
}

TEST_CASE("a detector's boxes are larger, lower, or square", "[data][transforms]") {
  const Box box{10, 20, 30, 60};
  CHECK(DetectorBox{}.of(box) == box);
  CHECK(DetectorBox{.scale = 2}.of(box) == Box{0, 0, 40, 80});
  CHECK(DetectorBox{.shift_x = 0.5, .shift_y = -0.25}.of(box) == Box{20, 10, 40, 50});
  CHECK(DetectorBox{.square = true}.of(box) == Box{0, 20, 40, 60});
  const auto sample = samples::face();
  const Box larger = sample.box->scaled(1.5F);
  const auto transform = ViewTransform::of(views::box(32), sample.image.width(), sample.image.height(), &larger);
  CHECK(view_test(views::box(32), {.scale = 1.5})(sample, Random(1)).photo_to_crop == transform.matrix());
  error_of([] { view_test(views::box(32), {.scale = 0}); });
  error_of([] { view_test(views::box(0)); });
}
