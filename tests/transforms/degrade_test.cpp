#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/degrade.hpp>
#include <faceptor/transforms/photometric.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

PlanarImage face_planes() { return to_planes(samples::face(8).image); }

double mean_difference(const PlanarImage& a, const PlanarImage& b) { return golden::nearness(a.values, b.values).mean; }

}  // namespace

TEST_CASE("colours change as the parameters say", "[data][transforms]") {
  const auto before = face_planes();
  auto planes = before;
  adjust_colors(planes, {});
  CHECK(golden::largest_difference(planes.values, before.values) < 1e-5);

  adjust_colors(planes = before, {.brightness = 0.5});
  for (std::size_t i = 0; i < planes.values.size(); i += 97) CHECK(planes.values[i] == Approx(0.5 * before.values[i]).margin(1e-4));

  auto grey = before;
  to_grey(grey);
  adjust_colors(planes = before, {.saturation = 0});
  CHECK(golden::largest_difference(planes.values, grey.values) < 1e-4);

  // A turn leaves greys alone, keeps the luma, and comes back.
  adjust_colors(planes = grey, {.hue = 1});
  CHECK(golden::largest_difference(planes.values, grey.values) < 1e-4);
  PlanarImage color({1, 1});
  color.values = {0.5F, 0.4F, 0.45F};
  auto turned = color;
  adjust_colors(turned, {.hue = 0.7});
  CHECK(mean_difference(turned, color) > 0.01);
  auto luma = turned, old_luma = color;
  to_grey(luma);
  to_grey(old_luma);
  CHECK(luma.values[0] == Approx(old_luma.values[0]).margin(1e-4));
  adjust_colors(turned, {.hue = -0.7});
  CHECK(golden::largest_difference(turned.values, color.values) < 1e-4);

  // No contrast at all: the mean luma everywhere.
  double mean = 0;
  for (const float value : grey.plane(0)) mean += value / static_cast<double>(grey.area());
  adjust_colors(planes = grey, {.contrast = 0});
  for (std::size_t i = 0; i < planes.values.size(); i += 97) CHECK(planes.values[i] == Approx(mean).margin(1e-4));
}

TEST_CASE("exposure is a power", "[data][transforms]") {
  PlanarImage planes({1, 1});
  planes.values = {0.25F, 1.5F, -1.0F};
  apply_power(planes, 0.5);
  CHECK(planes.values == std::vector<float>{0.5F, 1.0F, 0.0F});
}

TEST_CASE("noise has the deviation asked for", "[data][transforms]") {
  PlanarImage planes({120, 100});
  std::fill(planes.values.begin(), planes.values.end(), 0.5F);
  Random random(4);
  add_noise(planes, 0.05, random);
  double mean = 0, square = 0;
  for (const float value : planes.values) {
    mean += value / static_cast<double>(planes.values.size());
    square += (value - 0.5) * (value - 0.5) / static_cast<double>(planes.values.size());
  }
  CHECK(mean == Approx(0.5).margin(0.002));
  CHECK(std::sqrt(square) == Approx(0.05).epsilon(0.02));
}

TEST_CASE("lower resolutions and JPEGs lose detail and keep the picture", "[data][transforms]") {
  const auto before = face_planes();
  double last = 0;
  for (const double factor : {0.9, 0.5, 0.2}) {
    auto planes = before;
    lower_resolution(planes, factor);
    CHECK(planes.size == before.size);
    const double difference = mean_difference(planes, before);
    CHECK(difference > last);
    CHECK(difference < 0.1);
    last = difference;
  }
  last = 0;
  for (const int quality : {95, 50, 10}) {
    auto planes = before;
    compress_as_jpeg(planes, quality);
    CHECK(planes.size == before.size);
    const double difference = mean_difference(planes, before);
    CHECK(difference > last);
    CHECK(difference < 0.1);
    last = difference;
  }
  PlanarImage single({1, 1});
  lower_resolution(single, 0.1);
  compress_as_jpeg(single, 30);
  CHECK(single.size == Size{1, 1});
}

TEST_CASE("ranges of degradations are checked", "[data][transforms]") {
  error_of([] { Step(ColorJitter{.brightness = 2}); });
  error_of([] { Step(GammaJitter{.most = 0.5}); });
  error_of([] { Step(SensorNoise{.probability = -1}); });
  error_of([] { Step(LowResolution{.smallest = 0.9, .largest = 0.2}); });
  error_of([] { Step(JpegBlocks{.lowest = 0}); });
}
