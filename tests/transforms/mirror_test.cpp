#include <faceptor/results/landmarks.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

Mirror always(Sides sides) { return {.probability = 1, .sides = std::move(sides)}; }

}  // namespace

TEST_CASE("a picture mirrored twice is itself", "[data][transforms]") {
  const Sides sides = Sides::of_scheme("68");
  const auto sample = samples::face();
  const auto once = Chain().then(always(sides)).run(sample, Random(1));
  CHECK(once.bytes() != sample.image);
  CHECK(samples::points_of(once.label) ==
        results::mirror_landmarks(results::landmark_scheme("68"), samples::points_of(sample.label), sample.image.width()));
  const auto twice = Chain().then(always(sides)).then("again", always(sides)).run(sample, Random(1));
  CHECK(twice.bytes() == sample.image);
  CHECK(golden::largest_difference(samples::points_of(twice.label), samples::points_of(sample.label)) < 1e-4);
  CHECK(std::get<LandmarkLabels>(twice.label).visible == std::get<LandmarkLabels>(sample.label).visible);
  CHECK(twice.photo_to_crop().isIdentity(1e-12));
}

TEST_CASE("parsing labels are mirrored with their picture, and sides swap", "[data][transforms]") {
  const auto sample = samples::parsed_face(2);
  const auto& before = std::get<ParsingLabels>(sample.label).classes;
  const auto state = Chain().then(always(Sides::of_classes(results::kCelebaMaskHqClasses))).run(sample, Random(1));
  const auto& after = std::get<ParsingLabels>(state.label).classes;
  std::size_t wrong = 0, sided = 0;
  for (int y = 0; y < before.height; ++y) {
    for (int x = 0; x < before.width; ++x) {
      const auto expected = results::kCelebaMaskHqClasses.mirror(before.at(before.width - 1 - x, y));
      wrong += after.at(x, y) != expected ? 1U : 0U;
      sided += expected >= 4 && expected <= 9 ? 1U : 0U;
    }
  }
  CHECK(wrong == 0);
  CHECK(sided > 0);
}

TEST_CASE("further labels of a picture go the way of its own", "[data][transforms]") {
  auto sample = samples::face();
  const auto parsed = samples::parsed_face();
  auto both = sample;
  both.further = {sample.label};
  const auto sides = Sides::of_scheme("68").with(Sides::of_classes(results::kCelebaMaskHqClasses));
  CHECK(sides.points == Sides::of_scheme("68").points);
  CHECK(sides.classes == Sides::of_classes(results::kCelebaMaskHqClasses).classes);
  CHECK_THROWS_AS(Sides::of_scheme("68").with(Sides::of_scheme("98")), Error);
  const auto chain = Chain().then(Crop{.view = views::box(64)}).then(always(sides)).then(Map{});
  const auto state = chain.run(both, Random(1));
  REQUIRE(state.further.size() == 1);
  CHECK(samples::points_of(state.further[0]) == samples::points_of(state.label));

  auto masked = parsed;
  masked.further = {parsed.label};
  const auto moved = chain.run(masked, Random(1));
  CHECK(std::get<ParsingLabels>(moved.further.at(0)) == std::get<ParsingLabels>(moved.label));
  std::get<ParsingLabels>(masked.further[0]).classes.width -= 1;
  CHECK_THROWS_AS(chain.run(masked, Random(1)), Error);
}

TEST_CASE("mirroring the crop aimed at is mirroring the crop", "[data][transforms]") {
  const auto sample = samples::face(4);
  const Sides sides = Sides::of_scheme("68");
  const auto crop = Chain().then(Crop{.view = views::box(64)});
  auto aimed = Chain(crop).then(always(sides)).then(Map{.interpolation = Interpolation::bilinear}).run(sample, Random(1));
  auto plain = Chain(crop).then(Map{.interpolation = Interpolation::bilinear}).run(sample, Random(1));
  double largest = 0;
  for (std::size_t i = 0; i < plain.planes().values.size(); ++i) {
    const std::size_t mirrored = i / 64 * 64 + (63 - i % 64);
    largest = std::max(largest, std::abs(double{aimed.planes().values[i]} - plain.planes().values[mirrored]));
  }
  CHECK(largest < 1e-4);
  const auto expected = results::mirror_landmarks(results::landmark_scheme("68"), samples::points_of(plain.label), 64);
  CHECK(golden::largest_difference(samples::points_of(aimed.label), expected) < 1e-3);
}

TEST_CASE("landmarks without sides are not mirrored silently", "[data][transforms]") {
  const auto sample = samples::face();
  const auto error = error_of([&] { Chain().then(always({})).run(sample, Random(1)); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.found() == "0");
  error_of([&] { Chain().then(always(Sides::of_scheme("29"))).run(sample, Random(1)); });
  error_of([] { Chain().then(always({.points = {1, 2, 0}, .classes = {}})); });
  error_of([] { Chain().then(always({.points = {5}, .classes = {}})); });
}

TEST_CASE("sides of a data set follow from what it says of itself", "[data][transforms]") {
  DatasetInfo info;
  info.kind = LabelKind::landmarks;
  info.scheme = "98";
  CHECK(Sides::of_dataset(info).points == Sides::of_scheme("98").points);
  info.scheme = "mine";
  CHECK(Sides::of_dataset(info).points.empty());
  info.kind = LabelKind::parsing;
  info.label_names = results::kLapaClasses.names();
  CHECK(Sides::of_dataset(info).classes == Sides::of_classes(results::kLapaClasses).classes);
  CHECK(Sides::of_dataset({}).classes.empty());
}

TEST_CASE("mirrors come as often as they should", "[data][transforms]") {
  const auto sample = samples::plain(samples::face().image);
  int mirrored_pictures = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    mirrored_pictures += Chain().then(Mirror{.probability = 0.3}).run(sample, Random(seed)).bytes() != sample.image ? 1 : 0;
  }
  CHECK(std::abs(mirrored_pictures - 90) < 30);
}
