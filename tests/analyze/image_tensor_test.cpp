#include <faceptor/analyze/image_tensor.hpp>

#include <limits>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

TEST_CASE("a tensor is a picture, its channels first or last, bytes or shares", "[analyze]") {
  const auto bytes = torch::arange(5 * 4 * 3).to(torch::kUInt8).view({5, 4, 3});
  const auto image = image_of(bytes);
  CHECK((image.width() == 4 && image.height() == 5));
  CHECK(image.at(1, 2)[2] == (2 * 4 + 1) * 3 + 2);
  CHECK(image_of(bytes.permute({2, 0, 1})) == image);
  CHECK(image_of(bytes.permute({2, 0, 1}).contiguous()) == image);
  CHECK(image_of(bytes.to(torch::kFloat32) / 255) == image);
  CHECK(image_of(bytes.to(torch::kFloat64).requires_grad_() / 255) == image);
}

TEST_CASE("a tensor that can't be a picture is refused", "[analyze]") {
  const auto code = [](const torch::Tensor& tensor) { return error_of([&] { image_of(tensor); }).code(); };
  CHECK(code({}) == ErrorCode::shape);
  CHECK(code(torch::zeros({1, 3, 8, 8})) == ErrorCode::shape);
  CHECK(code(torch::zeros({8, 8, 4})) == ErrorCode::shape);
  CHECK(code(torch::zeros({3, 8, 3})) == ErrorCode::shape);
  CHECK(code(torch::zeros({3, 0, 8})) == ErrorCode::shape);
  CHECK(code(torch::zeros({3, 8, 8}, torch::kInt64)) == ErrorCode::argument);
  CHECK(code(torch::full({3, 8, 8}, 200.0F)) == ErrorCode::argument);
  CHECK(code(torch::full({3, 8, 8}, -0.5F)) == ErrorCode::argument);
  auto nan = torch::zeros({3, 8, 8});
  nan[1][2][3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(code(nan) == ErrorCode::argument);
}
