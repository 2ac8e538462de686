#include <faceptor/transforms/planar_image.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;

TEST_CASE("bytes become planes and planes the same bytes", "[data][transforms]") {
  const auto image = samples::face(9, {37, 29}).image;
  const auto planes = to_planes(image);
  CHECK(planes.size == Size{37, 29});
  CHECK(planes.values.size() == 37 * 29 * 3);
  CHECK(planes.plane(2)[5 * 37 + 4] == static_cast<float>(image.at(4, 5)[2]) / 255);
  CHECK((to_bytes(planes) == image));
}

TEST_CASE("colours beyond 0..1 are clipped on the way to bytes", "[data][transforms]") {
  PlanarImage planes({1, 1});
  planes.values = {-3.0F, 0.5F, 7.0F};
  const auto image = to_bytes(planes);
  CHECK(image.at(0, 0)[0] == 0);
  CHECK(image.at(0, 0)[1] == 128);
  CHECK(image.at(0, 0)[2] == 255);
}

TEST_CASE("pictures without pixels are no planes", "[data][transforms]") {
  error_of([] { PlanarImage({0, 4}); });
  error_of([] { to_planes(Image()); });
}
