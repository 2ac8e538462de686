#include <faceptor/transforms/chain.hpp>

#include <cmath>

#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/resize.hpp>

#include "loading/own_labels.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

/// A face whose soft maps are its own red, green and blue, 0 to 1.
Sample mapped_face(Size size = {160, 144}) {
  auto sample = samples::face(3, size);
  sample.label = SoftMapLabels{size.width, size.height, to_planes(sample.image).values};
  return sample;
}

const SoftMapLabels& maps_of(const Label& label) { return std::get<SoftMapLabels>(label); }

double largest_difference(std::span<const float> a, std::span<const float> b) {
  REQUIRE(a.size() == b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(double{a[i]} - b[i]));
  return largest;
}

}  // namespace

TEST_CASE("soft maps go where their picture goes", "[data][transforms][soft_maps]") {
  const auto sample = mapped_face();
  const auto close = [&](const Chain& chain, double tolerance) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      auto state = chain.run(sample, Random(seed));
      CHECK(maps_of(state.label).width == state.size().width);
      CHECK(maps_of(state.label).height == state.size().height);
      CHECK(largest_difference(maps_of(state.label).values, state.planes().values) <= tolerance);
    }
  };
  const auto crop = Chain().then(Crop{.view = views::box(64)}).then(RandomSimilarity{}).then(Mirror{});
  close(Chain(crop).then(Map{.interpolation = Interpolation::bilinear}), 0.003);  // bytes are rounded
  close(Chain(crop).then(Map{.warp = 0.8F, .interpolation = Interpolation::bilinear}), 0.003);
  close(Chain().then(SquareCrop{}).then(Mirror{}), 0);
  close(Chain().then(Resize{320, 288, Filter::opencv_linear}), 0.003);  // its edges are repeated, not blended with black
}

TEST_CASE("soft maps reach the network's crop as the labels of a sample", "[data][transforms][soft_maps]") {
  auto sample = mapped_face();
  sample.further = {sample.label, samples::face().label};
  ViewTrainOptions options;
  options.mirror.sides = Sides::of_scheme("68");
  const auto prepared = view_train(views::box(48), options)(sample, Random(2));
  CHECK(maps_of(prepared.label).width == 48);
  CHECK(maps_of(prepared.label).maps() == 3);
  CHECK(maps_of(prepared.further.at(0)) == maps_of(prepared.label));

  // Outside the picture there is nothing.
  const auto far = Chain().then(Crop{.view = views::box(32, 0.1F)}).then(Map{}).run(sample, Random(1));
  CHECK(maps_of(far.label).values.front() == 0);
}

TEST_CASE("soft maps change sides by the names of parsing classes", "[data][transforms][soft_maps]") {
  DatasetInfo info;
  info.kind = LabelKind::soft_maps;
  info.label_names = {"hair", "r_eye", "l_eye"};
  const auto sides = Sides::of_dataset(info);
  CHECK(sides.maps == std::vector<std::pair<std::size_t, std::size_t>>{{2, 1}});
  info.label_names = {"depth", "left", "right"};
  CHECK(Sides::of_dataset(info).maps.empty());

  auto sample = samples::plain(Image(2, 1));
  sample.label = SoftMapLabels{2, 1, {1, 2, 3, 4, 5, 6}};
  const auto chain = Chain().then(Mirror{.probability = 1, .sides = sides});
  CHECK(maps_of(chain.run(sample, Random(1)).label).values == std::vector<float>{2, 1, 6, 5, 4, 3});
  CHECK(chain.describe()[0]["maps"].dump() == "[[2,1]]");
  sample.label = SoftMapLabels{2, 1, {1, 2, 3, 4}};
  CHECK(error_of([&] { chain.run(sample, Random(1)); }).code() == ErrorCode::argument);
  CHECK_THROWS_AS(sides.with({.points = {}, .classes = {}, .maps = {{0, 1}}}), Error);
}

TEST_CASE("soft maps of another size than their picture are refused", "[data][transforms][soft_maps]") {
  auto sample = mapped_face();
  auto& maps = std::get<SoftMapLabels>(sample.label);
  maps.values.pop_back();
  CHECK(error_of([&] { TransformState state(sample); }).code() == ErrorCode::shape);
  maps.values.clear();
  CHECK(error_of([&] { TransformState state(sample); }).code() == ErrorCode::shape);
  maps = {144, 160, std::vector<float>(144 * 160)};
  CHECK(error_of([&] { TransformState state(sample); }).code() == ErrorCode::shape);
}

TEST_CASE("labels of one's own follow a chain as they say", "[data][transforms][own_label]") {
  auto sample = samples::face();
  const Point first = samples::points_of(sample.label).front();
  sample.label = OwnLabel(own_labels::Gaze{first});
  sample.further = {LandmarkLabels{{first}, {}}, OwnLabel(own_labels::Rotation{{0, 1, 0, 0, 0, 0, 0, 0, 0}})};
  const auto chain = Chain()
                         .then(Crop{.view = views::box(64)})
                         .then(RandomSimilarity{})
                         .then(Mirror{.probability = 1, .sides = {.points = {0}, .classes = {}}})
                         .then(Map{.warp = 0.8F});
  const auto state = chain.run(sample, Random(5));
  CHECK(std::get<OwnLabel>(state.label).get<own_labels::Gaze>().point == samples::points_of(state.further[0]).front());
  CHECK(std::get<OwnLabel>(state.further[1]).get<own_labels::Rotation>().matrix[1] == -1);

  // A label that can't be mirrored is an error with the first sample, whatever is drawn.
  sample.label = OwnLabel(own_labels::Weight{3});
  sample.further.clear();
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const auto refused = error_of([&] { Chain().then(Mirror{}).run(sample, Random(seed)); });
    CHECK(refused.code() == ErrorCode::argument);
    CHECK(refused.where() == "face 0, step \"mirror\"");
  }
  CHECK_NOTHROW(Chain().then(Mirror{.probability = 0}).then(SquareCrop{}).run(sample, Random(1)));
}
