#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/rand_augment.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

TEST_CASE("erased rectangles are those of the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("erasing");
  if (!set) FACEPTOR_SKIP("golden/geometry/erasing.safetensors");
  const auto areas = set->floats("area_fraction"), aspects = set->floats("log_aspect");
  const auto expected = set->ints("rect_hw");
  const auto placed = set->bytes("placed");
  for (std::size_t i = 0; i < areas.size(); ++i) {
    INFO(i);
    const auto rectangle = erasing_rectangle(areas[i], aspects[i], {112, 112});
    REQUIRE(rectangle.has_value() == (placed[i] != 0));
    if (rectangle) CHECK(*rectangle == Size{expected[2 * i + 1], expected[2 * i]});
  }
}

TEST_CASE("random erasing puts one rectangle of noise", "[data][transforms]") {
  const auto sample = samples::plain(Image(60, 40));
  const auto chain = Chain().then(Normalise{}).then(RandomErasing{.probability = 1});
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const auto prepared = chain(sample, Random(seed));
    int left = 60, top = 40, right = -1, bottom = -1, count = 0;
    double sum = 0, squares = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = 0; x < 60; ++x) {
        const float value = prepared.image[static_cast<std::size_t>(y * 60 + x)];
        if (value == -1) continue;
        left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y);
        ++count;
        sum += value;
        squares += value * value;
      }
    }
    REQUIRE(count > 0);
    CHECK(count == (right - left + 1) * (bottom - top + 1));
    CHECK(count >= 0.015 * 60 * 40);
    CHECK(count <= 0.36 * 60 * 40);
    CHECK(std::abs(sum / count) < 5 / std::sqrt(count));
    CHECK(squares / count == Approx(1).margin(8 / std::sqrt(count)));
  }
}

TEST_CASE("random erasing is for normalised pictures", "[data][transforms]") {
  const auto sample = samples::face();
  const auto error = error_of([&] { Chain().then(RandomErasing{})(sample, Random(1)); });
  CHECK(std::string(error.what()).find("before the normalisation") != std::string::npos);
  CHECK(error.where() == "face 0, step \"erasing\"");
  error_of([] { Step(RandomErasing{.smallest = 0.5, .largest = 0.2}); });
}
