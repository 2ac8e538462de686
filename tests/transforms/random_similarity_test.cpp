#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/crop.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

TEST_CASE("random similarities stay within their ranges", "[data][transforms]") {
  Random random(5);
  const auto uniform = RandomSimilarity::about(0.8);
  double rotations = 0, scales = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto draws = uniform.draw(random);
    REQUIRE((std::abs(draws.shift_x) <= 0.05 && std::abs(draws.shift_y) <= 0.05 && std::abs(draws.rotation) <= 0.174));
    REQUIRE((draws.scale >= 0.7 && draws.scale <= 0.9));
    const auto normal = NormalSimilarity{}.draw(random);
    REQUIRE((std::abs(normal.shift_x) <= 0.01 && normal.scale > 0));
    rotations += normal.rotation * normal.rotation;
    scales += (normal.scale - 1) * (normal.scale - 1);
  }
  CHECK(std::sqrt(rotations / 2000) == Approx(0.314).epsilon(0.06));
  CHECK(std::sqrt(scales / 2000) == Approx(0.1).epsilon(0.06));
  error_of([] { Step(RandomSimilarity{.smallest = 1.2, .largest = 1}); });
  error_of([] { Step(NormalSimilarity{.scale = 0}); });
}

TEST_CASE("similarities follow one another about the crop's centre", "[data][transforms]") {
  const auto sample = samples::face();
  const auto chain = Chain().then(Crop{.view = views::box(80)});
  const auto before = chain.run(sample, Random(2));
  const auto after = Chain(chain).then(RandomSimilarity{.shift = 0}).run(sample, Random(2));
  const Matrix step = after.photo_to_crop() * inverted(before.photo_to_crop());
  const auto center = transformed(step, Points{{39.5F, 39.5F}})[0];
  CHECK(center.x == Approx(39.5).margin(1e-4));
  CHECK(center.y == Approx(39.5).margin(1e-4));
  CHECK(std::hypot(step(0, 0), step(1, 0)) != Approx(1).margin(1e-4));
  // Without a crop before it, it is about the middle of the picture.
  const auto alone = Chain().then(RandomSimilarity{.shift = 0}).run(sample, Random(2));
  CHECK(alone.target() == Size{160, 144});
  CHECK(transformed(alone.photo_to_crop(), Points{{79.5F, 71.5F}})[0].y == Approx(71.5).margin(1e-4));
}
