#include <faceptor/core/error.hpp>
#include <faceptor/geometry/remap.hpp>
#include <faceptor/geometry/view_transform.hpp>

#include "geometry/golden_tensors.hpp"
#include "support/catch.hpp"

using namespace faceptor;

namespace {

double relative(const Matrix& found, const Matrix& expected) {
  return (found - expected).cwiseAbs().maxCoeff() / std::max(1.0, expected.cwiseAbs().maxCoeff());
}

SimilarityDraws draws_of(const golden::Geometry& set) {
  const auto shift = set.floats("draw.shift");
  return {shift[0], shift[1], set.floats("draw.rot")[0], set.floats("draw.scale")[0]};
}

/// Colours 0..1, so that a view's crop can be compared with the reference's picture.
View plain(View view) { return view.mean({0, 0, 0}).std({1, 1, 1}).interpolation(Interpolation::bilinear_q32); }

void check_near(std::span<const float> found, std::span<const float> expected) {
  const auto [mean, share_off] = golden::nearness(found, expected);
  CHECK(mean < 1e-4);
  CHECK(share_off < 0.005);
}

std::vector<float> extracted(const Image& photo, const View& view, const ViewTransform& transform) {
  std::vector<float> chw(static_cast<std::size_t>(view.width()) * static_cast<std::size_t>(view.height()) * 3);
  extract(photo, view, transform, chw);
  return chw;
}

}  // namespace

TEST_CASE("the landmark chain agrees with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("chain_align");
  if (!set) FACEPTOR_SKIP("golden/geometry/chain_align.safetensors");
  const auto photo = set->image("image");
  const Size size{set->size("train_warped", 1), set->size("train_warped", 0)};
  const auto box = set->box("box");
  const auto crop = crop_matrix(box, size);
  CHECK(relative(crop, set->matrix("crop_matrix")) < 1e-6);

  const Matrix train = similarity_about_center(draws_of(*set), size, size) * crop;
  CHECK(relative(train, set->matrix("train_matrix")) < 1e-6);
  CHECK(golden::largest_difference(transformed(train, set->points("landmarks")), set->points("train_label")) < 1e-5);
  const auto view = plain(View(CropRule::box, size.width, size.height));
  const ViewTransform train_transform(train, {photo.width(), photo.height()}, size, 0);
  check_near(extracted(photo, view, train_transform), golden::planar(set->float_image("train_warped")));

  const auto test_view = View(view).scale(0.8F);
  const auto transform = ViewTransform::of(test_view, photo.width(), photo.height(), &box);
  CHECK(relative(transform.matrix(), set->matrix("test_matrix")) < 1e-6);
  check_near(extracted(photo, test_view, transform), golden::planar(set->float_image("test_warped")));
  CHECK(golden::largest_difference(transform.to_photo(set->points("test_pred")), set->points("test_pred_photo")) < 1e-5);
}

TEST_CASE("the parsing chain agrees with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("chain_parsing");
  if (!set) FACEPTOR_SKIP("golden/geometry/chain_parsing.safetensors");
  const auto photo = set->image("image");
  const Size size{set->size("map", 1), set->size("map", 0)};
  const float factor = views::published::parsing_lapa().warp();
  const auto view = plain(views::published::parsing_lapa().width(size.width).height(size.height));
  const auto points = set->five("points");
  const auto aligned = ViewTransform::of(view, photo.width(), photo.height(), nullptr, &points);
  CHECK((aligned.matrix() - set->matrix("align_matrix")).cwiseAbs().maxCoeff() < 2e-4);

  const Matrix train = similarity_about_center(draws_of(*set), size, size) * aligned.matrix();
  CHECK((train - set->matrix("train_matrix")).cwiseAbs().maxCoeff() < 2e-4);
  const auto map = crop_sampling_map(train, size, factor);
  CHECK(golden::largest_difference(map.xy, set->floats("map")) < 1e-3);
  CHECK(remap(set->labels("label"), set->map("map")) == set->labels("train_label"));

  FloatImage image{photo.width(), photo.height(), 3, {}};
  for (const auto v : photo.pixels()) image.values.push_back(static_cast<float>(v) / 255);
  CHECK(golden::largest_difference(remap(image, set->map("map"), Interpolation::bilinear_q32).values, set->floats("train_image")) < 2e-6);
  const ViewTransform transform(train, {photo.width(), photo.height()}, size, factor);
  check_near(extracted(photo, view, transform), golden::planar(set->float_image("train_image")));
}

TEST_CASE("dense maps come back to the photo as in the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("remap");
  if (!set) FACEPTOR_SKIP("golden/geometry/remap.safetensors");
  const auto logits = set->float_image("logits");
  const auto values = golden::planar(logits);
  const DenseMaps maps{logits.channels, logits.height, logits.width, values};
  for (const auto& f : set->variants("inv_map")) {
    INFO(f);
    const Size photo{set->size("inv_map." + f, 1), set->size("inv_map." + f, 0)};
    const ViewTransform transform(set->matrix("matrix"), photo, {logits.width, logits.height}, static_cast<float>(golden::parse_factor(f)));
    const Region whole{0, 0, photo.width, photo.height};
    check_near(map_back(maps, transform, whole, Interpolation::bilinear_q32).values, set->floats("logits_back_q32." + f));
    check_near(map_back(maps, transform, whole).values, set->floats("logits_back_exact." + f));
    const auto pred = set->labels("pred." + f);
    const auto found = map_back_argmax(maps, transform, whole, Interpolation::bilinear_q32).labels;
    REQUIRE(found.labels.size() == pred.labels.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < pred.labels.size(); ++i) different += found.labels[i] != pred.labels[i] ? 1 : 0;
    CHECK(static_cast<double>(different) < 0.005 * static_cast<double>(pred.labels.size()));
  }
}
