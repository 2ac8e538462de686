#include <faceptor/losses/checks.hpp>

#include <cmath>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::losses;

TEST_CASE("tensors are described by type and shape", "[losses][checks]") {
  CHECK(describe(torch::zeros({4, 9})) == "Float [4, 9]");
  CHECK(describe(torch::zeros({}, torch::kLong)) == "Long []");
  CHECK(describe({}) == "an undefined tensor");
}

TEST_CASE("shapes: sizes that are said, and any of at least one", "[losses][checks]") {
  const auto check = [](const torch::Tensor& tensor) { expect_shape("losses: a", "output", tensor, {kAny, 3}, "[B, Q]"); };
  CHECK_NOTHROW(check(torch::zeros({1, 3})));
  for (const auto& wrong : {torch::zeros({0, 3}), torch::zeros({2, 4}), torch::zeros({3}), torch::zeros({2, 3, 1}), torch::Tensor()}) {
    const auto error = error_of([&] { check(wrong); });
    CHECK(error.code() == ErrorCode::shape);
    CHECK(error.summary() == "losses: a: output of the wrong shape");
    CHECK(error.expected() == "[B, Q], dimension 1 of size 3");
    CHECK(error.found() == describe(wrong));
  }
}

TEST_CASE("types: floating point, or whole numbers that are no truths", "[losses][checks]") {
  const auto floating = [](torch::Dtype type) { expect_floating("a", "b", torch::zeros({2}, type), {kAny}, "[B]"); };
  const auto integers = [](torch::Dtype type) { expect_integers("a", "b", torch::zeros({2}, type), {kAny}, "[B]"); };
  for (const auto type : {torch::kFloat, torch::kDouble, torch::kHalf, torch::kBFloat16}) {
    CHECK_NOTHROW(floating(type));
    CHECK(error_of([&] { integers(type); }).expected() == "whole numbers");
  }
  for (const auto type : {torch::kLong, torch::kInt, torch::kByte}) {
    CHECK_NOTHROW(integers(type));
    CHECK(error_of([&] { floating(type); }).expected() == "floating point");
  }
  CHECK(error_of([&] { integers(torch::kBool); }).found() == "Bool [2]");
}

TEST_CASE("ranges hold their ends and exceptions, and no NaN", "[losses][checks]") {
  const auto check = [](std::vector<double> values) { expect_range("a", "b", torch::tensor(values), 0, 1, {255}); };
  CHECK_NOTHROW(check({0, 1, 0.5, 255}));
  CHECK_NOTHROW(expect_range("a", "b", torch::zeros({0}), 0, 1));
  const auto error = error_of([&] { check({0, 2, 3}); });
  CHECK(error.code() == ErrorCode::argument);
  CHECK(error.expected() == "0 to 1 or 255");
  CHECK(error.found() == "2");
  CHECK(error_of([&] { check({NAN}); }).found() == "nan");
  CHECK_NOTHROW(expect_option("a", "gamma", 2, 0, 2));
  const auto option = error_of([] { expect_option("losses: a", "gamma", NAN, 0, 2); });
  CHECK(option.where() == "gamma");
  CHECK(option.expected() == "0 to 2");
}
