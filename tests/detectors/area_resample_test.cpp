#include "support/torch_catch.hpp"

#include <cstdint>
#include <limits>
#include <vector>

#include <faceptor/detectors/area_resample.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/golden_tensors.hpp"

using namespace faceptor;
using detectors::area_resample;

namespace {

torch::Tensor resampled(const torch::Tensor& rows, int width, int height) {
  auto planes = torch::full({3, height, width}, std::numeric_limits<float>::quiet_NaN());
  const auto pixels = [&](const auto* first) {
    using T = std::remove_cv_t<std::remove_pointer_t<decltype(first)>>;
    return detectors::PixelRows<T>{first, rows.size(1) * 3, static_cast<int>(rows.size(1)), static_cast<int>(rows.size(0))};
  };
  if (rows.scalar_type() == torch::kUInt8) {
    area_resample(pixels(rows.const_data_ptr<std::uint8_t>()), width, height, planes.data_ptr<float>());
  } else {
    area_resample(pixels(rows.const_data_ptr<float>()), width, height, planes.data_ptr<float>());
  }
  return planes;
}

}  // namespace

TEST_CASE("area resampling gives the reference's values", "[detectors][golden]") {
  const auto path = golden::find("detector/nets.safetensors");
  if (!path) FACEPTOR_SKIP("no golden values of the detector");
  const golden::Tensors values(*path);
  const auto input = values["resample.input"], expected = values["resample.output"];
  const auto rows = input[0].permute({1, 2, 0}).contiguous();
  const auto found = resampled(rows, static_cast<int>(expected.size(3)), static_cast<int>(expected.size(2)));
  CHECK((found - expected[0]).abs().max().item<float>() < 1e-4);
}

TEST_CASE("area resampling of bytes is LibTorch's pooling, smaller and larger", "[detectors]") {
  torch::manual_seed(3);
  for (const auto& [height, width] : {std::pair{37, 53}, std::pair{12, 12}, std::pair{1, 9}, std::pair{700, 3}}) {
    const auto bytes = torch::randint(0, 256, {height, width, 3}, torch::kUInt8);
    const auto planes = bytes.permute({2, 0, 1}).unsqueeze(0).to(torch::kFloat32).contiguous();
    for (const auto& [to_height, to_width] : {std::pair{12, 17}, std::pair{1, 1}, std::pair{24, 24}, std::pair{60, 80}}) {
      CAPTURE(height, width, to_height, to_width);
      const auto expected = torch::adaptive_avg_pool2d(planes, {to_height, to_width})[0];
      CHECK((resampled(bytes, to_width, to_height) - expected).abs().max().item<float>() < 1e-4);
    }
  }
  // The most that a sum of rows can be.
  const auto white = torch::full({2000, 2, 3}, 255, torch::kUInt8);
  for (const int height : {1, 7, 8, 9, 1999}) CHECK(resampled(white, 1, height).eq(255).all().item<bool>());
}

TEST_CASE("area resampling needs pixels", "[detectors]") {
  std::vector<float> planes(3);
  const std::uint8_t pixel[3] = {1, 2, 3};
  CHECK(error_of([&] { area_resample({pixel, 3, 0, 1}, 1, 1, planes.data()); }).code() == ErrorCode::argument);
  CHECK(error_of([&] { area_resample({pixel, 3, 1, 1}, 1, 0, planes.data()); }).code() == ErrorCode::argument);
}
