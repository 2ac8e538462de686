#include <faceptor/geometry/remap.hpp>

#include <limits>

#include <faceptor/core/error.hpp>

#include "geometry/golden_tensors.hpp"
#include "support/catch.hpp"

using namespace faceptor;

namespace {

int largest_byte_difference(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  REQUIRE(a.size() == b.size());
  int largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

Image gradient(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<std::uint8_t>(7 * x);
      image.at(x, y)[1] = static_cast<std::uint8_t>(5 * y);
      image.at(x, y)[2] = static_cast<std::uint8_t>(x * y);
    }
  }
  return image;
}

}  // namespace

TEST_CASE("pictures are sampled as by the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("remap");
  if (!set) FACEPTOR_SKIP("golden/geometry/remap.safetensors");
  const auto image = set->image("image");
  const auto image_float = set->float_image("image_float");
  const auto label = set->labels("label");
  for (const auto& f : set->variants("map")) {
    INFO(f);
    const auto map = set->map("map." + f);
    CHECK(golden::largest_difference(remap(image_float, map, Interpolation::bilinear_q32).values, set->floats("image_linear_q32." + f)) <
          2e-6);
    CHECK(golden::largest_difference(remap(image_float, map).values, set->floats("image_linear_exact." + f)) < 2e-6);
    CHECK(largest_byte_difference(remap(image, map, Interpolation::bilinear_q32).pixels(), set->bytes("image_u8_linear_q32." + f)) <= 1);
    CHECK(remap(label, map) == set->labels("label_nearest." + f));
  }
}

TEST_CASE("logits are sampled as by the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("remap");
  if (!set) FACEPTOR_SKIP("golden/geometry/remap.safetensors");
  const auto logits = set->float_image("logits");
  for (const auto& f : set->variants("inv_map")) {
    INFO(f);
    const auto map = set->map("inv_map." + f);
    CHECK(golden::largest_difference(remap(logits, map, Interpolation::bilinear_q32).values, set->floats("logits_back_q32." + f)) < 2e-6);
    CHECK(golden::largest_difference(remap(logits, map).values, set->floats("logits_back_exact." + f)) < 2e-6);
  }
}

TEST_CASE("half positions and borders are sampled as by the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("remap");
  if (!set) FACEPTOR_SKIP("golden/geometry/remap.safetensors");
  const auto map = set->map("edge.map");
  const auto row = set->labels("edge.row");
  FloatImage grey{row.width, row.height, 1, {row.labels.begin(), row.labels.end()}};
  CHECK(golden::largest_difference(remap(grey, map, Interpolation::bilinear_q32).values, set->floats("edge.linear")) < 2e-6);
  CHECK(remap(row, map) == set->labels("edge.nearest"));
}

TEST_CASE("the map of every pixel onto itself changes nothing", "[geometry]") {
  const auto image = gradient(13, 9);
  const auto map = crop_sampling_map(Matrix::Identity(), {13, 9}, 0);
  for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::nearest})
    CHECK(remap(image, map, how) == image);
}

TEST_CASE("nothing is read outside a picture, wherever a map points", "[geometry]") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();
  const Image white(2, 2, std::vector<std::uint8_t>(12, 200));
  const SamplingMap map{10, 1, {kNan, 0, 0, kInf, -kInf, 0, 3e9F, 3e9F, -1, 0, 2, 0, -0.5F, 0, 1.5F, 1.5F, 1.999F, 0, -0.999F, -0.999F}};
  for (const auto how : {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::nearest}) {
    const auto out = remap(white, map, how);
    for (int i = 0; i < 6; ++i) CHECK(out.at(i, 0)[0] == 0);
  }
  const auto out = remap(white, map);
  CHECK(out.at(6, 0)[1] == 100);
  CHECK(out.at(7, 0)[1] == 50);
  CHECK(remap(white, map, Interpolation::bilinear_q32).at(8, 0)[2] == 0);
  CHECK(remap(Image(), map).at(6, 0)[0] == 0);
  CHECK(remap(Image(1, 1, {90, 90, 90}), map).at(6, 0)[0] == 45);
}

TEST_CASE("exact and 1/32 weights agree at multiples of 1/32", "[geometry]") {
  const auto image = gradient(20, 15);
  SamplingMap map{64, 1, {}};
  for (int i = 0; i < 64; ++i) {
    map.xy.push_back(3 + static_cast<float>(i) / 32);
    map.xy.push_back(9 - static_cast<float>(3 * i) / 32);
  }
  CHECK(remap(image, map) == remap(image, map, Interpolation::bilinear_q32));
}

TEST_CASE("buffers that don't fit, and an antialiased remap, are errors", "[geometry]") {
  const auto image = gradient(4, 4);
  CHECK_THROWS_AS(remap(image, SamplingMap{3, 3, std::vector<float>(17)}), Error);
  CHECK_THROWS_AS(remap(FloatImage{2, 2, 3, std::vector<float>(11)}, SamplingMap{0, 0, {}}), Error);
  CHECK_THROWS_AS(remap(LabelImage{2, 2, {1, 2, 3}}, SamplingMap{0, 0, {}}), Error);
  CHECK_THROWS_AS(remap(image, SamplingMap{1, 1, {0, 0}}, Interpolation::antialiased), Error);
}
