#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/resize.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

TEST_CASE("all-square pictures are taken whole, nearly square ones anywhere, others in the middle", "[data][transforms]") {
  CHECK(roaming_square({112, 112}) == 112);
  CHECK(roaming_square({100, 101}) == 100);
  CHECK_FALSE(roaming_square({178, 218}));
  CHECK(central_square({178, 218}) == Region{0, 20, 178, 178});
  CHECK(central_square({219, 178}) == Region{20, 0, 178, 178});
  const auto sample = samples::face(0, {100, 101});
  std::vector<double> tops;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto state = Chain().then(SquareCrop{}).run(sample, Random(seed));
    CHECK(state.size() == Size{100, 100});
    tops.push_back(-state.photo_to_crop()(1, 2));
  }
  CHECK(std::count(tops.begin(), tops.end(), 0.0) > 3);
  CHECK(std::count(tops.begin(), tops.end(), 1.0) > 3);
}

TEST_CASE("labels follow a resize", "[data][transforms]") {
  auto sample = samples::dot({40, 30}, {100, 80}, 8);
  const auto state = Chain().then(Resize{.width = 60, .height = 96}).run(sample, Random(1));
  const auto planes = to_planes(state.bytes());
  const auto found = samples::centroid(planes.plane(0), planes.size, 0), expected = samples::points_of(state.label)[0];
  CHECK(found.x == Approx(expected.x).margin(0.05));
  CHECK(found.y == Approx(expected.y).margin(0.05));
  CHECK(expected.x == Approx(40.5 * 0.6 - 0.5).margin(1e-4));

  const auto parsed = samples::parsed_face(1, {120, 100});
  const auto doubled = Chain().then(Resize{.width = 240, .height = 200}).run(parsed, Random(1));
  const auto &small = std::get<ParsingLabels>(parsed.label).classes, &large = std::get<ParsingLabels>(doubled.label).classes;
  std::size_t different = 0;
  for (int y = 0; y < 200; ++y) {
    for (int x = 0; x < 240; ++x) different += large.at(x, y) != small.at(x / 2, y / 2) ? 1U : 0U;
  }
  CHECK(different == 0);
}

TEST_CASE("short sides are brought to a length", "[data][transforms]") {
  const auto size_after = [](Size size) {
    return Chain().then(ShortSide{}).run(samples::plain(Image(size.width, size.height)), Random(1)).size();
  };
  CHECK(size_after({112, 500}) == Size{112, 500});
  CHECK(size_after({300, 200}) == Size{168, 112});
  CHECK(size_after({200, 301}) == Size{112, 168});
  CHECK(size_after({1, 30000}) == Size{112, 8192});
}

TEST_CASE("regions are cut out of pictures, never beyond them", "[data][transforms]") {
  const auto image = samples::face().image;
  const auto part = cut(image, {10, 20, 30, 40});
  CHECK(part.width() == 30);
  CHECK(std::equal(part.at(29, 39), part.at(29, 39) + 3, image.at(39, 59)));
  for (const Region region : {Region{-1, 0, 5, 5}, Region{0, 0, 0, 5}, Region{150, 0, 11, 5}, Region{0, 2147483647, 5, 2147483647}}) {
    error_of([&] { cut(image, region); });
  }
  error_of([] { Step(Resize{.width = 0}); });
  error_of([] { Step(Resize{.height = 9000}); });
  error_of([] { Step(ShortSide{.side = -1}); });
  error_of([] { Step(StretchCorners{.width = 0}); });
}
