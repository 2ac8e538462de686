#include <faceptor/geometry/warp.hpp>

#include <limits>

#include <faceptor/core/error.hpp>

#include "geometry/golden_tensors.hpp"
#include "support/catch.hpp"

using namespace faceptor;

namespace {

/// In pixels; artanh magnifies the reference's float32 rounding.
double tolerance(bool through_artanh) { return through_artanh ? 1e-3 : 1e-5; }

}  // namespace

TEST_CASE("sampling maps agree with the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("warp_maps");
  if (!set) FACEPTOR_SKIP("golden/geometry/warp_maps.safetensors");
  for (const auto& variant : set->variants("map")) {  // "h64w48.f08"
    INFO("map." << variant);
    const auto dot = variant.find('.');
    const double factor = golden::parse_factor(variant.substr(dot + 1));
    const auto map = crop_sampling_map(set->matrix("matrix." + variant.substr(0, dot)), golden::parse_size(variant), factor);
    const auto expected = set->floats("map." + variant);
    CHECK(golden::largest_difference(map.xy, expected) < tolerance(factor > 0));
  }
  for (const auto& variant : set->variants("inv_map")) {  // "h64w48.f08.h40w56"
    INFO("inv_map." << variant);
    const auto first = variant.find('.'), second = variant.find('.', first + 1);
    const double factor = golden::parse_factor(variant.substr(first + 1, second - first - 1));
    const auto map = photo_sampling_map(set->matrix("matrix." + variant.substr(0, first)), golden::parse_size(variant), factor,
                                        golden::parse_size(variant.substr(second + 1)));
    const auto expected = set->floats("inv_map." + variant);
    CHECK(golden::largest_difference(map.xy, expected) < tolerance(false));
  }
  for (const auto& variant : set->variants("map_rows")) {  // "h512w512.f08"
    INFO("map_rows." << variant);
    const auto dot = variant.find('.');
    const auto size_name = variant.substr(0, dot);
    const double factor = golden::parse_factor(variant.substr(dot + 1));
    const auto size = golden::parse_size(variant);
    const auto map = crop_sampling_map(set->matrix("matrix." + size_name), size, factor);
    const auto expected = set->floats("map_rows." + variant);
    const auto length = static_cast<std::size_t>(size.width) * 2;
    const auto rows = set->ints("rows." + size_name);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto found = std::span<const float>(map.xy).subspan(static_cast<std::size_t>(rows[i]) * length, length);
      CHECK(golden::largest_difference(found, expected.subspan(i * length, length)) < tolerance(factor > 0));
    }
  }
}

TEST_CASE("points go through the warp as in the reference", "[geometry][golden]") {
  const auto set = golden::Geometry::open("points");
  if (!set) FACEPTOR_SKIP("golden/geometry/points.safetensors");
  for (const auto& variant : set->variants("to_warped")) {
    INFO(variant);
    const auto dot = variant.find('.');
    const auto size_name = variant.substr(0, dot);
    const double factor = golden::parse_factor(variant.substr(dot + 1));
    const auto matrix = set->matrix("matrix." + size_name);
    const auto size = golden::parse_size(variant);
    const auto warped = photo_to_crop(set->points("photo_points." + size_name), matrix, size, factor);
    CHECK(golden::largest_difference(warped, set->points("to_warped." + variant)) < tolerance(false));
    const auto photo = crop_to_photo(set->points("warped_points." + size_name), matrix, size, factor);
    CHECK(golden::largest_difference(photo, set->points("to_photo." + variant)) < tolerance(factor > 0));
  }
}

TEST_CASE("the warp and its inverse undo each other short of the clamp", "[geometry]") {
  for (const double factor : {0.1, 0.5, 0.8, 1.0}) {
    for (double n = -0.95; n <= 0.95; n += 0.05) CHECK(warp_axis(unwarp_axis(n, factor), factor) == Approx(n).margin(1e-9));
    CHECK(unwarp_axis(0, factor) == 0);
    CHECK(warp_axis(1e6, factor) <= 1);
    CHECK(std::isfinite(unwarp_axis(5, factor)));
    CHECK(unwarp_axis(1, factor) == Approx(-unwarp_axis(-1, factor)));
  }
}

TEST_CASE("maps are the points of every pixel, rectangles too", "[geometry]") {
  const auto matrix = similarity_about_center({0.05, -0.1, 0.3, 0.7}, {90, 70}, {33, 21});
  for (const double factor : {0.0, 0.6}) {
    const auto map = crop_sampling_map(matrix, {33, 21}, factor);
    REQUIRE(map.width == 33);
    REQUIRE(map.height == 21);
    const auto back = photo_sampling_map(matrix, {33, 21}, factor, {90, 70});
    for (int y = 0; y < 21; y += 5) {
      for (int x = 0; x < 33; x += 4) {
        const Points place{{static_cast<float>(x), static_cast<float>(y)}};
        CHECK(map.at(x, y) == crop_to_photo(place, matrix, {33, 21}, factor)[0]);
        CHECK(back.at(x, y) == photo_to_crop(place, matrix, {33, 21}, factor)[0]);
      }
    }
  }
}

TEST_CASE("a warp out of range is an error", "[geometry]") {
  const Matrix identity = Matrix::Identity();
  for (const double factor : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    CHECK_THROWS_AS(crop_sampling_map(identity, {4, 4}, factor), Error);
    CHECK_THROWS_AS(photo_to_crop(Points{{1, 1}}, identity, {4, 4}, factor), Error);
  }
  CHECK_THROWS_AS(crop_sampling_map(identity, {0, 4}, 0), Error);
  CHECK_THROWS_AS(photo_sampling_map(identity, {4, 4}, 0, {-1, 4}), Error);
}
