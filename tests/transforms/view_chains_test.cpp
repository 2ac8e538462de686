#include <faceptor/geometry/points.hpp>
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

namespace {

/// One of each kind of view.
std::vector<View> all_views() {
  return {views::whole(48),
          views::box(64, 0.8F),
          views::aligned(56),
          views::box(40).interpolation(Interpolation::antialiased),
          View(views::published::parsing_lapa()).width(96).height(80),
          View(views::published::landmarks(1)).width(72).height(72)};
}

ViewTrainOptions nothing_random() {
  ViewTrainOptions options;
  options.point_noise = 0;
  options.similarity = {.shift = 0, .rotation = 0, .smallest = 1, .largest = 1};
  options.mirror.probability = options.color.probability = options.exposure.probability = options.grey.probability = 0;
  options.blur.probability = options.low_resolution.probability = options.noise.probability = 0;
  options.jpeg.probability = options.occlusion.probability = 0;
  return options;
}

}  // namespace

TEST_CASE("a view's test chain gives the bits that use gives", "[data][transforms]") {
  const auto sample = samples::face(6);
  for (const auto& view : all_views()) {
    INFO(view.name());
    const auto prepared = view_test(view)(sample, Random(1));
    const auto transform = ViewTransform::of(view, sample.image.width(), sample.image.height(), &*sample.box, &*sample.points);
    std::vector<float> expected(prepared.image.size());
    extract(sample.image, view, transform, expected);
    CHECK((prepared.image == expected));
    CHECK(prepared.photo_to_crop == transform.matrix());
    CHECK(prepared.warp == view.warp());
    CHECK(golden::largest_difference(samples::points_of(prepared.label), transform.to_view(samples::points_of(sample.label))) == 0);
  }
}

TEST_CASE("the test chain of a whole picture doesn't ask where the face is", "[data][transforms]") {
  auto sample = samples::face(6);
  sample.box.reset();
  sample.points.reset();
  const auto prepared = whole_test(views::aligned(48).warp(0.8F).scale(0.5F))(sample, Random(1));
  const auto expected = view_test(views::whole(48))(sample, Random(1));
  CHECK((prepared.image == expected.image));
  CHECK(prepared.warp == 0);
}

TEST_CASE("a training chain with nothing random is the test chain", "[data][transforms]") {
  const auto sample = samples::face(6);
  for (const auto& view : all_views()) {
    INFO(view.name());
    const auto train = view_train(view, nothing_random())(sample, Random(1)), test = view_test(view)(sample, Random(1));
    CHECK(golden::largest_difference(train.image, test.image) < 1e-5);
    CHECK(golden::largest_difference(samples::points_of(train.label), samples::points_of(test.label)) < 1e-4);
    CHECK(train.warp == test.warp);
  }
}

TEST_CASE("a dot is found where its landmark says, whatever is drawn", "[data][transforms]") {
  auto sample = samples::dot({70, 66}, {160, 144}, 9);
  sample.box = Box{35, 30, 115, 110};
  ViewTrainOptions options = nothing_random();
  const ViewTrainOptions strong;
  options.similarity = strong.similarity;
  options.mirror = {.probability = 0.5, .sides = {.points = {0}, .classes = {}}};
  const auto chain = view_train(views::box(96), options);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto prepared = chain(sample, Random(seed));
    const auto expected = samples::points_of(prepared.label)[0];
    const auto found = samples::centroid(std::span(prepared.image).first(96 * 96), {96, 96}, -1);
    CHECK(found.x == Approx(expected.x).margin(0.15));
    CHECK(found.y == Approx(expected.y).margin(0.15));
  }
}

TEST_CASE("parsing labels follow the picture through a strong augmentation", "[data][transforms]") {
  // A picture that shows its own labels: red is the class.
  auto sample = samples::parsed_face(3, {200, 220});
  const auto& classes = std::get<ParsingLabels>(sample.label).classes;
  for (std::size_t i = 0; i < classes.labels.size(); ++i) std::fill_n(sample.image.pixels().data() + 3 * i, 3, classes.labels[i]);
  auto options = nothing_random();
  options.similarity = ViewTrainOptions().similarity;
  options.mirror = {.probability = 0.5, .sides = {}};
  const auto view = views::box(128).interpolation(Interpolation::nearest).mean({0, 0, 0}).std({1, 1, 1});
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto prepared = view_train(view, options)(sample, Random(seed));
    const auto& labels = std::get<ParsingLabels>(prepared.label).classes;
    REQUIRE(labels.labels.size() == 128 * 128);
    std::size_t different = 0;
    for (std::size_t i = 0; i < labels.labels.size(); ++i) different += std::lround(prepared.image[i] * 255) != labels.labels[i] ? 1U : 0U;
    CHECK(different < 30);
  }
}

TEST_CASE("the default training chain runs for every view and label", "[data][transforms]") {
  ViewTrainOptions options;
  options.mirror.sides = Sides::of_scheme("68");
  options.mirror.sides.classes = Sides::of_classes(results::kCelebaMaskHqClasses).classes;
  for (const auto& view : all_views()) {
    const auto chain = view_train(view, options);
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      const auto prepared = chain(seed % 2 == 0 ? samples::face(seed) : samples::parsed_face(seed), Random(seed));
      CHECK(std::all_of(prepared.image.begin(), prepared.image.end(), [](float v) { return std::isfinite(v); }));
      CHECK(prepared.size == view.size());
    }
  }
}

TEST_CASE("noise on points moves aligned crops", "[data][transforms]") {
  const auto sample = samples::face();
  auto options = nothing_random();
  options.point_noise = 0.05;
  const auto chain = view_train(views::aligned(64), options);
  const auto still = view_test(views::aligned(64))(sample, Random(1));
  const auto first = chain(sample, Random(1)), second = chain(sample, Random(2));
  CHECK(first.photo_to_crop != second.photo_to_crop);
  CHECK((first.photo_to_crop - still.photo_to_crop).cwiseAbs().maxCoeff() < 20);
}
