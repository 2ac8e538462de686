#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/mirror.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/resize.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

TEST_CASE("a crop after other steps still looks at the same part of the photo", "[data][transforms]") {
  const auto sample = samples::face(2);
  const auto crop = Crop{.view = views::box(48)};
  const auto direct = Chain().then(crop).then(Map{}).run(sample, Random(1));
  const auto around = Chain()
                          .then(Resize{.width = 320, .height = 300})
                          .then(Mirror{.probability = 1, .sides = Sides::of_scheme("68")})
                          .then(crop)
                          .then(Map{})
                          .run(sample, Random(1));
  CHECK((direct.photo_to_crop() - around.photo_to_crop()).cwiseAbs().maxCoeff() < 1e-9);
  // Mirrored first and aimed at by the photo's matrix, which mirrors back.
  auto swapped = samples::points_of(direct.label), points = samples::points_of(around.label);
  const auto order = Sides::of_scheme("68").points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    CHECK(points[i].x == Approx(swapped[order[i]].x).margin(1e-3));
    CHECK(points[i].y == Approx(swapped[order[i]].y).margin(1e-3));
  }
}

TEST_CASE("points go through the warp as the picture does", "[data][transforms]") {
  auto sample = samples::dot({30, 110}, {160, 144}, 10);
  sample.points = FivePoints{Point{60, 60}, Point{100, 62}, Point{80, 80}, Point{64, 98}, Point{97, 99}};
  const auto view = View(views::published::parsing_lapa()).width(128).height(128);
  auto state = Chain().then(Crop{.view = view}).then(Map{.warp = view.warp()}).run(sample, Random(1));
  const auto expected = samples::points_of(state.label)[0];
  const auto found = samples::centroid(state.planes().plane(0), state.size(), 0);
  // The warp bends a dot a little.
  CHECK(found.x == Approx(expected.x).margin(0.6));
  CHECK(found.y == Approx(expected.y).margin(0.6));
  CHECK(state.warp() == 0.8F);
  const ViewTransform back(state.photo_to_crop(), {160, 144}, state.size(), state.warp());
  CHECK(golden::largest_difference(back.to_photo(Points{expected}), samples::points_of(sample.label)) < 1e-3);
}

TEST_CASE("crops and maps are checked", "[data][transforms]") {
  const auto sample = samples::face();
  error_of([] { Step(Crop{.view = views::box(32).warp(2)}); });
  error_of([] { Step(Crop{.view = views::box(32), .point_noise = 2}); });
  error_of([] { Step(Map{.warp = -1}); });
  const auto other = error_of([&] { Chain().then(Crop{.view = views::box(32)}).then(Extract{views::box(48)})(sample, Random(1)); });
  CHECK(std::string(other.what()).find("another size") != std::string::npos);
  error_of([&] { Chain().then(Normalise{}).then(Map{})(sample, Random(1)); });
  // Whole pictures need neither box nor points.
  CHECK(Chain().then(Crop{.view = views::whole(20)}).then(Extract{views::whole(20)})(samples::plain(sample.image), Random(1)).size ==
        Size{20, 20});
}
