#include "support/torch_catch.hpp"

#include <faceptor/heads/heatmap.hpp>

#include "support/error_of.hpp"
#include "support/golden_tensors.hpp"
#include "support/gradient_check.hpp"

using namespace faceptor;

namespace {

/// 1 for a pixel so near the radius that rounding decides whether it is painted.
torch::Tensor on_the_rim(const torch::Tensor& points, int64_t height, int64_t width, double radius) {
  const auto pixels = heads::pixel_points(points.to(torch::kFloat64), height, width);
  const auto dx = pixels.select(-1, 0).unsqueeze(-1).unsqueeze(-1) - torch::arange(width, torch::kFloat64);
  const auto dy = pixels.select(-1, 1).unsqueeze(-1).unsqueeze(-1) - torch::arange(height, torch::kFloat64).unsqueeze(-1);
  return ((dx.square() + dy.square()).sqrt() - radius).abs() < 1e-4;
}

}  // namespace

TEST_CASE("Painted heatmaps and their centres of mass are the reference's", "[heads][heatmap][golden]") {
  const auto tensors_path = golden::find("model/heatmap/heatmap.safetensors");
  if (!tensors_path) FACEPTOR_SKIP("no golden heatmaps");
  const golden::Tensors tensors(*tensors_path);
  const auto cases = golden::json(*golden::find("model/heatmap/heatmap.json")).at("cases");
  int painted_cases = 0;
  for (const auto& [name, settings] : cases.items()) {
    if (!settings.contains("radius")) continue;
    INFO("case " << name);
    const auto height = settings.at("height").get<int64_t>();
    const auto width = settings.at("width").get<int64_t>();
    const auto radius = settings.at("radius").get<double>();
    const auto points = tensors[name + ".points"];
    const auto reference = tensors[name + ".heatmap"];
    const auto painted = heads::paint_heatmaps(points, height, width, radius);
    REQUIRE(painted.sizes() == reference.sizes());
    const auto rim = on_the_rim(points, height, width, radius);
    CHECK((painted - reference).masked_fill(rim, 0).abs().max().item<double>() <= 2e-6);
    // The centre of mass of the reference's own map, so that a pixel on the rim can't hide a difference.
    CHECK((heads::points_from_heatmaps(reference) - tensors[name + ".mass_points"]).abs().max().item<double>() <= 2e-6);
    ++painted_cases;
  }
  CHECK(painted_cases > 0);
  CHECK((heads::points_from_heatmaps(tensors["mass.map"]) - tensors["mass.points"]).abs().max().item<double>() <= 2e-6);

  const auto height = cases.at("normalize").at("height").get<int64_t>();
  const auto width = cases.at("normalize").at("width").get<int64_t>();
  const auto normalised = heads::normalized_points(tensors["normalize.points"], height, width);
  CHECK(golden::difference(normalised, tensors["normalize.result"]) <= 2e-6);
  CHECK(golden::difference(heads::pixel_points(normalised, height, width), tensors["normalize.back"]) <= 2e-6);
}

TEST_CASE("A point painted well inside a map is read back", "[heads][heatmap]") {
  torch::manual_seed(1);
  const auto points = torch::rand({3, 5, 2}, torch::kFloat64) * 0.6 + 0.2;
  const auto read = heads::points_from_heatmaps(heads::paint_heatmaps(points, 64, 96, 9.0));
  CHECK((read - points).abs().max().item<double>() < 1e-4);
}

TEST_CASE("Points off the map and points that are no numbers", "[heads][heatmap]") {
  const auto far = torch::tensor({5.0, -4.0, 1e30, 0.5, std::nan(""), 0.5}, torch::kFloat64).view({1, 3, 2});
  const auto painted = heads::paint_heatmaps(far, 16, 16, 3.0);
  CHECK(painted.abs().sum().item<double>() == 0);
  const auto read = heads::points_from_heatmaps(painted);
  CHECK(read.sub(0.5 / 16).abs().max().item<double>() < 1e-12);
}

TEST_CASE("Gradients run through painting and through the centre of mass", "[heads][heatmap][gradient]") {
  torch::manual_seed(2);
  const auto weights = torch::randn({1, 2, 7, 9}, torch::kFloat64);
  const auto points = torch::rand({1, 2, 2}, torch::kFloat64) * 0.5 + 0.25;
  CHECK(gradient_error([&](const torch::Tensor& x) { return (heads::paint_heatmaps(x, 7, 9, 30.0) * weights).sum(); }, points) < 1e-6);
  const auto direction = torch::randn({1, 2, 2}, torch::kFloat64);
  CHECK(gradient_error([&](const torch::Tensor& x) { return (heads::points_from_heatmaps(x.sigmoid()) * direction).sum(); }, weights) <
        1e-6);
}

TEST_CASE("Heatmaps refuse what they can't use", "[heads][heatmap][errors]") {
  CHECK(error_of([] { heads::paint_heatmaps(torch::zeros({2, 2}), 8, 8, 5); }).code() == ErrorCode::shape);
  CHECK(error_of([] { heads::paint_heatmaps(torch::zeros({1, 2, 2}, torch::kLong), 8, 8, 5); }).code() == ErrorCode::shape);
  CHECK(error_of([] { heads::paint_heatmaps(torch::Tensor(), 8, 8, 5); }).code() == ErrorCode::shape);
  CHECK(error_of([] { heads::paint_heatmaps(torch::zeros({1, 2, 2}), 0, 8, 5); }).code() == ErrorCode::argument);
  CHECK(error_of([] { heads::paint_heatmaps(torch::zeros({1, 2, 2}), 8, 8, 0); }).code() == ErrorCode::argument);
  CHECK(error_of([] { heads::points_from_heatmaps(torch::zeros({1, 2, 8})); }).code() == ErrorCode::shape);
  CHECK(error_of([] { heads::points_from_heatmaps(torch::zeros({1, 2, 0, 8})); }).code() == ErrorCode::shape);
}
