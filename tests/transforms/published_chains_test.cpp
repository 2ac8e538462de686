#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/published_chains.hpp>
#include <faceptor/transforms/resize.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "transforms/samples.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::transforms;
using namespace faceptor::transforms;

namespace {

/// In place of a random step: one that takes draws that the reference stored.
Step drawn_similarity(const golden::Geometry& set) {
  const auto shift = set.floats("draw.shift");
  const SimilarityDraws draws{shift[0], shift[1], set.floats("draw.rot")[0], set.floats("draw.scale")[0]};
  return
      [draws](TransformState& state) { state.aim_further(similarity_about_center(draws, state.target(), state.target()), state.target()); };
}

template <class Operation>
Step on_planes(Operation operation) {
  return [operation](TransformState& state) { operation(state.planes()); };
}

double relative(const Matrix& found, const Matrix& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / std::max(1.0, expected.cwiseAbs().maxCoeff());
}

void check_near(std::span<const float> found, std::span<const float> expected) {
  const auto [mean, share_off] = golden::nearness(found, expected);
  CHECK(mean < 1e-4);
  CHECK(share_off < 0.005);
}

/// Colours in 0..1 instead of normalised ones.
Normalise plain_colors() { return {{0, 0, 0}, {1, 1, 1}}; }

Sample golden_sample(const golden::Geometry& set, Label label) {
  auto sample = samples::plain(set.image("image"));
  sample.label = std::move(label);
  return sample;
}

}  // namespace

TEST_CASE("the landmark chain agrees with the reference step by step", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("chain_align");
  if (!set) FACEPTOR_SKIP("golden/geometry/chain_align.safetensors");
  const int side = set->size("train_warped", 0);
  auto sample = golden_sample(*set, LandmarkLabels{set->points("landmarks"), {}});
  sample.box = set->box("box");

  const auto u = set->floats("draw.occlusion_u");
  const auto noise = golden::planar(set->float_image("draw.noise"));
  const float alpha = 0.5F * set->floats("draw.noise_alpha_u")[0];
  const auto train = published::landmarks_train(0.8, side)
                         .replace("similarity", drawn_similarity(*set))
                         .replace("occlusion", on_planes([&](PlanarImage& p) {
                                    black_out(p, occluded_region(p.size, {u[0], u[1], u[2], u[3]}));
                                  }))
                         .replace("noise", on_planes([&](PlanarImage& p) { fuse_noise(p, noise, alpha); }))
                         .replace("grey", on_planes(to_grey))
                         .replace("gamma", on_planes([](PlanarImage& p) { apply_gamma(p, GammaCurve::root); }))
                         .replace("blur", on_planes([](PlanarImage& p) { mean_filter(p, 3); }));

  auto warped = train;
  for (const auto* later : {"occlusion", "noise", "grey", "gamma", "blur"}) warped.without(later);
  check_near(Chain(warped).replace("normalise", plain_colors())(sample, Random(1)).image, golden::planar(set->float_image("train_warped")));
  const auto photometric = Chain(train).replace("normalise", plain_colors())(sample, Random(1));
  check_near(photometric.image, golden::planar(set->float_image("train_photometric")));
  CHECK(relative(photometric.photo_to_crop, set->matrix("train_matrix")) < 1e-6);
  CHECK(golden::largest_difference(samples::points_of(photometric.label), set->points("train_label")) < 1e-5);
  // The tensor is the same picture in standard deviations of about a quarter.
  const auto tensor = train(sample, Random(1));
  CHECK(golden::nearness(tensor.image, set->floats("train_tensor")).mean < 4e-4);

  const auto test = published::landmarks_test(0.8, side);
  const auto prepared = test(sample, Random(1));
  CHECK(relative(prepared.photo_to_crop, set->matrix("test_matrix")) < 1e-6);
  auto expected = samples::planes(set->float_image("test_warped"));
  normalise(expected, views::kClipMean, views::kClipStd);
  CHECK(golden::nearness(prepared.image, expected.values).mean < 4e-4);
  const ViewTransform back(prepared.photo_to_crop, {sample.image.width(), sample.image.height()}, prepared.size, prepared.warp);
  CHECK(golden::largest_difference(back.to_photo(set->points("test_pred")), set->points("test_pred_photo")) < 1e-5);
}

TEST_CASE("the LaPa chain agrees with the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("chain_parsing");
  if (!set) FACEPTOR_SKIP("golden/geometry/chain_parsing.safetensors");
  const int side = set->size("map", 0);
  auto sample = golden_sample(*set, ParsingLabels{set->labels("label")});
  sample.points = set->five("points");
  const auto chain = published::parsing_lapa_train(side)
                         .replace("similarity", drawn_similarity(*set))
                         .without("grey")
                         .without("gamma")
                         .without("blur")
                         .replace("normalise", plain_colors());
  const auto prepared = chain(sample, Random(1));
  CHECK((prepared.photo_to_crop - set->matrix("train_matrix")).cwiseAbs().maxCoeff() < 2e-4);
  CHECK(prepared.warp == 0.8F);
  check_near(prepared.image, golden::planar(set->float_image("train_image")));
  const auto& found = std::get<ParsingLabels>(prepared.label).classes;
  const auto expected = set->labels("train_label");
  REQUIRE(found.labels.size() == expected.labels.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < found.labels.size(); ++i) different += found.labels[i] != expected.labels[i] ? 1 : 0;
  CHECK(static_cast<double>(different) < 0.005 * static_cast<double>(found.labels.size()));

  const auto test = published::parsing_lapa_test(side)(sample, Random(1));
  CHECK((test.photo_to_crop - set->matrix("align_matrix")).cwiseAbs().maxCoeff() < 2e-4);
  CHECK(test.warp == 0.8F);
}

TEST_CASE("the crops of the 112-pixel tasks agree with the reference", "[data][transforms][golden]") {
  const auto set = golden::Geometry::open("resize");
  if (!set) FACEPTOR_SKIP("golden/geometry/resize.safetensors");
  const auto expected = set->image("big.train_crop_112"), squeezed = set->image("big.pil_bilinear_112");
  const auto sample = samples::plain(set->image("big"));
  const auto check = [](const Image& found, const Image& wanted) {
    REQUIRE(found.pixels().size() == wanted.pixels().size());
    std::size_t off = 0;
    for (std::size_t i = 0; i < found.pixels().size(); ++i) {
      const int difference = std::abs(int{found.pixels()[i]} - int{wanted.pixels()[i]});
      REQUIRE(difference <= 1);
      off += difference != 0 ? 1 : 0;
    }
    CHECK(static_cast<double>(off) < 0.01 * static_cast<double>(found.pixels().size()));
  };
  const auto train = published::face112_train().without("mirror").without("randaugment").without("normalise").without("erasing");
  check(train.run(sample, Random(1)).bytes(), expected);
  check(published::face112_test().without("normalise").run(sample, Random(1)).bytes(), squeezed);
}

TEST_CASE("identity's evaluation leaves pictures of 112 pixels alone and brings others there", "[data][transforms]") {
  const auto exact = samples::plain(samples::face(1, {112, 112}).image);
  auto expected = to_planes(exact.image);
  normalise(expected, {0.5F, 0.5F, 0.5F}, {0.5F, 0.5F, 0.5F});
  const auto prepared = published::identity_test()(exact, Random(1));
  CHECK(golden::largest_difference(prepared.image, expected.values) < 1e-6);
  CHECK(prepared.photo_to_crop.isIdentity(1e-9));
  const auto wide = published::identity_test()(samples::face(1, {160, 120}), Random(1));
  CHECK(wide.size == Size{112, 112});
  // The last step puts the corner pixels' centres on each other; edges matched in the one before.
  const auto corners = transformed(wide.photo_to_crop, Points{{79.5F, 59.5F}})[0];
  CHECK(corners.x == Approx(55.5).margin(1e-3));
  CHECK(corners.y == Approx(55.5).margin(1e-3));
  const auto narrow = published::identity_test()(samples::plain(Image(2, 20000)), Random(1));
  CHECK(narrow.size == Size{112, 112});
}

TEST_CASE("the published chains are known by name, for any square view", "[data][transforms]") {
  struct Case {
    const char* chain;
    View view;
    Sample sample;
  };
  const auto small = [](View view) { return view.width(64).height(64); };
  for (const auto& [name, view, sample] : {Case{"published_identity", views::published::aligned112(), samples::face(5)},
                                           Case{"published_face", views::published::aligned112(), samples::face(5)},
                                           Case{"published_parsing", small(views::published::parsing_celebam()), samples::parsed_face(5)},
                                           Case{"published_parsing", small(views::published::parsing_lapa()), samples::parsed_face(5)},
                                           Case{"published_landmarks", small(views::published::landmarks(0.8F)), samples::face(5)}}) {
    INFO(name);
    for (const bool training : {true, false}) {
      const auto prepared = chain_named(name, view, training)(sample, Random(2));
      CHECK(prepared.size == view.size());
      REQUIRE(prepared.image.size() == static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height()) * 3);
      CHECK(std::all_of(prepared.image.begin(), prepared.image.end(), [](float v) { return std::isfinite(v); }));
      CHECK(prepared.label.index() == sample.label.index());
      if (const auto* parsing = std::get_if<ParsingLabels>(&prepared.label)) CHECK(parsing->classes.width == view.width());
      if (std::string_view(name) == "published_landmarks") {
        const auto expected = transformed(prepared.photo_to_crop, samples::points_of(sample.label));
        CHECK(golden::largest_difference(samples::points_of(prepared.label), expected) < 1e-3);
      }
    }
    CHECK(chain_named(name, view, true).describe() != chain_named(name, view, false).describe());
    auto wide = view;
    CHECK_FALSE(std::string(error_of([&] { chain_named(name, wide.width(96), true); }).found()).empty());
  }
  // By name they are what they are by their functions.
  CHECK(chain_named("published_landmarks", views::published::landmarks(0.8F), true).describe() ==
        published::landmarks_train(0.8).describe());
  CHECK(chain_named("published_landmarks", views::published::landmarks(1), false).describe() == published::landmarks_test(1).describe());
  CHECK(chain_named("published_parsing", views::published::parsing_lapa(), true).describe() == published::parsing_lapa_train().describe());
  CHECK(chain_named("published_parsing", views::published::parsing_celebam(), false).describe() ==
        published::parsing_celebam_test().describe());
  CHECK(chain_named("published_identity", views::published::aligned112(), false).describe() == published::identity_test().describe());
  CHECK(chain_named("published_face", views::published::aligned112(), true).describe() == published::face112_train().describe());
}
