#include <faceptor/losses/regression.hpp>

#include <cmath>
#include <limits>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::losses;

TEST_CASE("both sides of a regression have one shape and type", "[losses][regression]") {
  const auto numbers = regression("a", torch::zeros({2, 3}), torch::ones({2, 3}, torch::kDouble));
  CHECK(numbers.target.scalar_type() == torch::kFloat);
  const auto ages = regression("a", torch::zeros({4, 1}), torch::arange(4));
  CHECK(ages.target.sizes() == at::IntArrayRef({4, 1}));
  CHECK(ages.target[3].item<float>() == 3);
  const auto maps = regression("a", torch::full({1, 2, 2, 2}, 3.0), torch::zeros({1, 2, 4, 6}));
  CHECK(maps.output.sizes() == at::IntArrayRef({1, 2, 4, 6}));
  CHECK(torch::allclose(maps.output, torch::full({1, 2, 4, 6}, 3.0)));
}

TEST_CASE("sides that don't fit, and labels that are no numbers", "[losses][regression]") {
  const auto code = [](const torch::Tensor& output, const torch::Tensor& labels) {
    return error_of([&] { regression("a", output, labels); }).code();
  };
  CHECK(code(torch::zeros({2, 3}), torch::zeros({2, 1})) == ErrorCode::shape);  // never broadcast
  CHECK(code(torch::zeros({2, 3}), torch::zeros({2})) == ErrorCode::shape);
  CHECK(code(torch::zeros({2, 3}, torch::kLong), torch::zeros({2, 3})) == ErrorCode::shape);
  CHECK(code(torch::zeros({1, 2, 2, 2}), torch::zeros({1, 3, 4, 4})) == ErrorCode::shape);
  CHECK(code(torch::zeros({2, 3}), {}) == ErrorCode::shape);
  CHECK(code(torch::zeros({1, 1}), torch::full({1}, NAN)) == ErrorCode::argument);
  CHECK(code(torch::zeros({1, 1}), torch::full({1}, std::numeric_limits<double>::infinity())) == ErrorCode::argument);
}

TEST_CASE("maps are resized bilinearly, corners not aligned", "[losses][regression]") {
  const auto map = torch::tensor({0.0, 4.0}).view({1, 1, 1, 2});
  const auto wide = resize_maps(map, 1, 4);
  CHECK(torch::allclose(wide.flatten(), torch::tensor({0.0, 1.0, 3.0, 4.0})));
  CHECK(resize_maps(map, 1, 2).is_same(map));
}

TEST_CASE("what a regression learns from: numbers and maps, ages where there is one output", "[losses][regression]") {
  CHECK((regression_labels(3).kinds == std::vector{LabelKind::values, LabelKind::soft_maps}));
  CHECK(regression_labels(3).count == 3);
  CHECK((regression_labels(1).kinds.back() == LabelKind::age));
}

TEST_CASE("mean absolute and squared error and the wing of known differences", "[losses][regression]") {
  const auto zero = torch::zeros({1, 2}, torch::kDouble);
  const auto apart = torch::tensor({{1.0, -3.0}}, torch::kDouble);
  CHECK(MeanAbsoluteError()->forward(apart, zero).total.item<double>() == Approx(2));
  CHECK(MeanSquaredError()->forward(apart, zero).total.item<double>() == Approx(5));
  // w ln(1 + |d| / eps) within w = 2, |d| - (w - w ln(1 + w / eps)) beyond.
  Wing wing(WingOptions().width(2).epsilon(1));
  const double gap = 2 - 2 * std::log(3.0);
  CHECK(wing->forward(apart, zero).total.item<double>() == Approx((2 * std::log(2.0) + 3 - gap) / 2));
  CHECK(error_of([] { Wing(WingOptions().width(0)); }).where() == "width");
  CHECK(error_of([] { Wing(WingOptions().epsilon(-1)); }).where() == "epsilon");
}
