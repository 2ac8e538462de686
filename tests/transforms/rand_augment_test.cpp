#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/planar_image.hpp>
#include <faceptor/transforms/rand_augment.hpp>

#include <map>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

/// The reference's names.
const std::map<std::string, AugmentOp> kReferenceOps = {{"AutoContrast", AugmentOp::autocontrast},
                                                        {"Equalize", AugmentOp::equalize},
                                                        {"Invert", AugmentOp::invert},
                                                        {"Rotate", AugmentOp::rotate},
                                                        {"PosterizeIncreasing", AugmentOp::posterize},
                                                        {"SolarizeIncreasing", AugmentOp::solarize},
                                                        {"SolarizeAdd", AugmentOp::solarize_add},
                                                        {"ColorIncreasing", AugmentOp::color},
                                                        {"ContrastIncreasing", AugmentOp::contrast},
                                                        {"BrightnessIncreasing", AugmentOp::brightness},
                                                        {"SharpnessIncreasing", AugmentOp::sharpness},
                                                        {"ShearX", AugmentOp::shear_x},
                                                        {"ShearY", AugmentOp::shear_y},
                                                        {"TranslateXRel", AugmentOp::translate_x},
                                                        {"TranslateYRel", AugmentOp::translate_y}};

/// Equal, or off by one in under 1 % of the values.
void check_bytes(const Image& found, const Image& expected) {
  REQUIRE(found.pixels().size() == expected.pixels().size());
  std::size_t off = 0;
  int worst = 0;
  for (std::size_t i = 0; i < found.pixels().size(); ++i) {
    const int difference = std::abs(int{found.pixels()[i]} - int{expected.pixels()[i]});
    off += difference != 0 ? 1 : 0;
    worst = std::max(worst, difference);
  }
  CHECK(worst <= 1);
  CHECK(static_cast<double>(off) < 0.01 * static_cast<double>(found.pixels().size()));
}

}  // namespace

TEST_CASE("RandAugment's operations agree with the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("randaugment");
  if (!set) FACEPTOR_SKIP("golden/geometry/randaugment.safetensors");
  const auto image = set->image("image"), low = set->image("image_low");
  for (const auto& [name, op] : kReferenceOps) {
    INFO(name);
    if (set->contains(name)) {
      check_bytes(augmented(image, op, 0), set->image(name));
      if (set->contains(name + ".low")) check_bytes(augmented(low, op, 0), set->image(name + ".low"));
      continue;
    }
    for (const auto& argument : set->variants(name)) {
      INFO(argument);
      check_bytes(augmented(image, op, std::stod(argument)), set->image(name + "." + argument));
    }
  }
}

TEST_CASE("RandAugment's magnitudes agree with the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("randaugment");
  if (!set) FACEPTOR_SKIP("golden/geometry/randaugment.safetensors");
  const auto magnitudes = set->floats("level.magnitude");
  std::size_t compared = 0;
  for (const auto& [name, op] : kReferenceOps) {
    INFO(name);
    for (const bool negative : {false, true}) {
      const auto level = "level." + name + (negative ? ".neg" : ".pos");
      if (!set->contains(level)) continue;
      ++compared;
      const auto expected = set->floats(level);
      for (std::size_t i = 0; i < magnitudes.size(); ++i) {
        // The magnitudes are stored in single precision: 7.5 is exact, 4.9 and its likes are not.
        const double magnitude = std::round(static_cast<double>(magnitudes[i]) * 1e5) / 1e5;
        CHECK(augment_argument(op, magnitude, negative) == Approx(expected[i]).margin(1e-6));
      }
    }
  }
  CHECK(compared == 24);
}

TEST_CASE("points follow what RandAugment moves", "[data][transforms]") {
  const auto sample = samples::dot({52.25F, 41.5F}, {96, 80});
  for (const auto op : {AugmentOp::rotate, AugmentOp::shear_x, AugmentOp::shear_y, AugmentOp::translate_x, AugmentOp::translate_y}) {
    for (const bool negative : {false, true}) {
      INFO(to_string(op));
      const double argument = augment_argument(op, 4, negative);
      const auto moved = to_planes(augmented(sample.image, op, argument, 0));
      const auto expected = transformed(augment_move(op, argument, {96, 80}), samples::points_of(sample.label))[0];
      const auto found = samples::centroid(moved.plane(0), moved.size, 0);
      CHECK(found.x == Approx(expected.x).margin(0.12));
      CHECK(found.y == Approx(expected.y).margin(0.12));
    }
  }
}

TEST_CASE("RandAugment keeps picture, points and matrix together", "[data][transforms]") {
  const auto sample = samples::face();
  const Chain chain = Chain().then(RandAugment{.ops = 4, .probability = 1});
  std::size_t moved = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto state = chain.run(sample, Random(seed));
    const auto expected = transformed(state.photo_to_crop(), samples::points_of(sample.label));
    CHECK(golden::largest_difference(samples::points_of(state.label), expected) < 1e-3);
    moved += state.photo_to_crop().isIdentity(1e-9) ? 0U : 1U;
  }
  CHECK(moved > 20);
  CHECK(chain.run(sample, Random(5)).bytes() == chain.run(sample, Random(5)).bytes());
  CHECK(Chain().then(RandAugment{.ops = 0}).run(sample, Random(5)).bytes() == sample.image);
}

TEST_CASE("RandAugment's operations bear any picture", "[data][transforms]") {
  for (const Size size : {Size{1, 1}, Size{1, 9}, Size{9, 2}}) {
    const Image image(size.width, size.height);
    for (const auto op : kAugmentOps) {
      for (const double magnitude : {0.0, 10.0}) {
        const auto out = augmented(image, op, augment_argument(op, magnitude, true));
        CHECK(out.width() == size.width);
        CHECK(out.height() == size.height);
      }
    }
  }
  error_of([] { Chain().then(RandAugment{.magnitude = 11}); });
}
