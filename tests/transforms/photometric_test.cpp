#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/photometric.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

/// The golden picture after an operation, beside the reference's.
template <class Operation>
void check_photometric(const golden::Geometry& set, const PlanarImage& before, const std::string& name, const Operation& operation) {
  INFO(name);
  auto planes = before;
  operation(planes);
  CHECK(golden::largest_difference(planes.values, golden::planar(set.float_image(name))) < 1e-6);
}

}  // namespace

TEST_CASE("photometric steps agree with the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("photometric");
  if (!set) FACEPTOR_SKIP("golden/geometry/photometric.safetensors");
  const auto image = to_planes(set->image("image")), over = samples::planes(set->float_image("over"));
  check_photometric(*set, image, "normalize255", [](PlanarImage&) {});
  check_photometric(*set, image, "gray", to_grey);
  const auto noise = golden::planar(set->float_image("noise_fusion.noise"));
  const float alpha = set->floats("noise_fusion.u")[0] * 0.5F;
  check_photometric(*set, image, "noise_fusion", [&](PlanarImage& planes) { fuse_noise(planes, noise, alpha); });
  check_photometric(*set, over, "gamma.sqrt", [](PlanarImage& planes) { apply_gamma(planes, GammaCurve::root); });
  check_photometric(*set, over, "gamma.none", [](PlanarImage& planes) { apply_gamma(planes, GammaCurve::none); });
  check_photometric(*set, over, "gamma.square", [](PlanarImage& planes) { apply_gamma(planes, GammaCurve::square); });
  for (const auto& k : set->variants("blur")) {
    check_photometric(*set, over, "blur." + k, [&](PlanarImage& planes) { mean_filter(planes, std::stoi(k.substr(1))); });
  }
  for (const auto& [name, step] : {std::pair{"tensor_clip", Normalise::clip()}, std::pair{"tensor_half", Normalise{}}}) {
    INFO(name);
    auto planes = image;
    normalise(planes, step.mean, step.std);
    CHECK(golden::largest_difference(planes.values, set->floats(name)) < 1e-6);
  }
}

TEST_CASE("occlusions cover what the reference covers", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("photometric");
  if (!set) FACEPTOR_SKIP("golden/geometry/photometric.safetensors");
  const auto draws = set->floats("occlusion.u");
  const auto masks = set->bytes("occlusion.mask");
  const Size size{set->size("occlusion.mask", 2), set->size("occlusion.mask", 1)};
  const PlanarImage white = [&] {
    PlanarImage planes(size);
    std::fill(planes.values.begin(), planes.values.end(), 1.0F);
    return planes;
  }();
  for (std::size_t i = 0; i < draws.size() / 4; ++i) {
    auto planes = white;
    black_out(planes, occluded_region(size, {draws[4 * i], draws[4 * i + 1], draws[4 * i + 2], draws[4 * i + 3]}));
    std::size_t different = 0;
    for (std::size_t p = 0; p < white.area(); ++p) different += (planes.values[p] == 0) != (masks[i * white.area() + p] != 0) ? 1U : 0U;
    INFO(i);
    CHECK(different == 0);
  }
}

TEST_CASE("a mean filter of any size keeps a plain picture and reaches beyond small ones", "[data][transforms]") {
  for (const int side : {2, 3, 8, 41}) {
    PlanarImage planes({7, 5});
    std::fill(planes.values.begin(), planes.values.end(), 0.25F);
    mean_filter(planes, side);
    for (const float value : planes.values) CHECK(value == Approx(0.25F));
  }
  PlanarImage single({1, 1});
  single.values = {0.5F, 2.0F, -1.0F};
  mean_filter(single, 3);
  CHECK(single.values == std::vector<float>{0.5F, 1.0F, 0.0F});
}

TEST_CASE("photometric steps draw as their parameters say", "[data][transforms]") {
  const auto sample = samples::face();
  const auto before = to_planes(sample.image);
  const auto after = [&](const Step& step, std::uint64_t seed) {
    return Chain().then("step", step).run(sample, Random(seed)).planes().values;
  };
  int grey = 0, noisy = 0, occluded = 0, brighter = 0, darker = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    grey += after(Grey{.probability = 0.25}, seed) != before.values ? 1 : 0;
    noisy += after(NoiseFusion{}, seed) != before.values ? 1 : 0;
    occluded += after(Occlusion{}, seed) != before.values ? 1 : 0;
    const float gamma = after(Gamma{}, seed)[before.area() / 2], value = before.values[before.area() / 2];
    brighter += gamma > value ? 1 : 0;
    darker += gamma < value ? 1 : 0;
  }
  CHECK(std::abs(grey - 50) < 25);
  CHECK(std::abs(noisy - 100) < 30);
  CHECK(occluded > 180);  // a few lie beside the picture, which is no square, or on black
  CHECK(std::abs(brighter - 67) < 30);
  CHECK(std::abs(darker - 67) < 30);
  CHECK((after(Blur{.most = 0}, 1) == before.values));
  CHECK((after(NoiseFusion{.probability = 1, .strength = 0}, 1) == before.values));
}

TEST_CASE("noise is uniform", "[data][transforms]") {
  const auto black = samples::plain(Image(65, 33));
  // All noise: strength 1 mixes in a share of U(0, 1), known by the largest value.
  const auto values = Chain().then(NoiseFusion{.probability = 1, .strength = 1}).run(black, Random(3)).planes().values;
  const float largest = *std::max_element(values.begin(), values.end());
  double mean = 0;
  for (const float value : values) mean += value / largest / static_cast<double>(values.size());
  CHECK(mean == Approx(0.5).margin(0.02));
  CHECK(*std::min_element(values.begin(), values.end()) < 0.01F * largest);
}

TEST_CASE("parameters out of range are refused when a step is made", "[data][transforms]") {
  const auto error = error_of([] { Chain().then(Grey{.probability = 1.5}); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(std::string(error.what()).find("\"grey\"") != std::string::npos);
  CHECK(error.where() == "probability");
  error_of([] { Step(Blur{.most = -1}); });
  error_of([] { Step(Occlusion{.least = std::numeric_limits<double>::quiet_NaN()}); });
  error_of([] { Step(NoiseFusion{.strength = 2}); });
  error_of([] { Step(Normalise{.std = {1, 0, 1}}); });
}
