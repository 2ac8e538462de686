#include <faceptor/core/error.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/nn/frozen_layers.hpp>
#include <faceptor/nn/guard.hpp>

#include "support/close.hpp"
#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::nn;

namespace {

/// How far from float32 a precision may lie, in units of the largest value; none where this CPU lacks it.
double tolerance(Precision precision) {
  if (precision == Precision::fp32) return 1e-5;
  try {
    precision_on(precision, torch::kCPU);
  } catch (const Error&) {
    return 0;
  }
  return precision == Precision::bf16 ? 2e-2 : 4e-2;
}

}  // namespace

TEST_CASE("a frozen linear layer gives the plain one's numbers, alone and as a residual branch", "[nn][frozen]") {
  const SeedGuard seed(1);
  const torch::NoGradGuard no_grad;
  const auto precision = GENERATE(Precision::fp32, Precision::bf16, Precision::int8);
  const bool with_bias = GENERATE(true, false);
  const auto allowed = tolerance(precision);
  if (allowed == 0) return;
  INFO(to_string(precision) << (with_bias ? ", bias" : ""));
  const torch::nn::Linear layer(torch::nn::LinearOptions(48, 40).bias(with_bias));
  for (const auto& x : {torch::randn({5, 48}), torch::randn({2, 7, 48}), torch::randn({2, 48, 7}).transpose(1, 2)}) {
    const auto expected = torch::linear(x, layer->weight, layer->bias);
    const auto near = [&](const torch::Tensor& value, const torch::Tensor& reference) {
      return golden::scaled_difference(value.to(torch::kFloat32), reference) < allowed;
    };
    CHECK(near(FrozenLinear(*layer, precision)(x), expected));
    CHECK(near(FrozenLinear(*layer, precision, Then::relu)(x), expected.relu()));
    CHECK(near(FrozenLinear(*layer, precision, Then::silu)(x), torch::silu(expected)));
    const auto residual = torch::randn(expected.sizes());
    const auto added = FrozenLinear(*layer, precision).add(x, residual);
    CHECK(added.scalar_type() == torch::kFloat32);
    CHECK(near(added, residual + expected));
    CHECK_FALSE(added.requires_grad());
  }
}

TEST_CASE("a frozen layer keeps the type of its weights", "[nn][frozen]") {
  const torch::NoGradGuard no_grad;
  torch::nn::Linear layer(8, 4);
  layer->to(torch::kFloat64);
  const auto x = torch::randn({3, 8}, torch::kFloat64);
  CHECK(torch::allclose(FrozenLinear(*layer, Precision::fp32)(x), layer->forward(x)));
}

TEST_CASE("a frozen MLP gives the plain one's numbers with each activation", "[nn][frozen]") {
  const SeedGuard seed(2);
  const torch::NoGradGuard no_grad;
  const auto activation = GENERATE(Activation::relu, Activation::gelu, Activation::quick_gelu);
  const auto precision = GENERATE(Precision::fp32, Precision::bf16, Precision::int8);
  const auto allowed = tolerance(precision);
  if (allowed == 0) return;
  Mlp mlp(MlpOptions(16, 64).activation(activation));
  const auto x = torch::randn({2, 9, 16}) * 3, residual = torch::randn({2, 9, 16});
  CHECK(golden::scaled_difference(FrozenMlp(*mlp, precision).add(x, residual), residual + mlp->forward(x)) < allowed);
}

TEST_CASE("a frozen MLP gives the plain one's numbers of more tokens than go through it at once", "[nn][frozen]") {
  const SeedGuard seed(4);
  const torch::NoGradGuard no_grad;
  Mlp mlp(MlpOptions(8, 16));
  const auto x = torch::randn({3, 701, 8}), residual = torch::randn({3, 701, 8});
  CHECK(golden::scaled_difference(FrozenMlp(*mlp, Precision::fp32).add(x, residual), residual + mlp->forward(x)) < 1e-5);
  const auto turned = torch::randn({3, 8, 701}).transpose(1, 2);
  CHECK(golden::scaled_difference(FrozenMlp(*mlp, Precision::fp32).add(turned, turned), turned + mlp->forward(turned)) < 1e-5);
}

TEST_CASE("a frozen convolution gives the plain one's numbers", "[nn][frozen]") {
  const SeedGuard seed(5);
  const torch::NoGradGuard no_grad;
  const auto precision = GENERATE(Precision::fp32, Precision::bf16, Precision::int8);
  const int64_t kernel = GENERATE(1, 3);
  const auto allowed = tolerance(precision);
  if (allowed == 0) return;
  const auto weight = torch::randn({6, 5, kernel, kernel}), bias = torch::randn({6});
  for (const auto& x : {torch::randn({2, 5, 7, 9}), torch::randn({2, 7, 9, 5}).permute({0, 3, 1, 2})}) {
    const auto expected = torch::conv2d(x, weight, bias, 1, kernel / 2);
    const auto near = [&](const torch::Tensor& value, const torch::Tensor& reference) {
      return golden::scaled_difference(value.to(torch::kFloat32), reference) < allowed;
    };
    CHECK(near(FrozenConv(weight, bias, precision)(x), expected));
    CHECK(near(FrozenConv(weight, bias, precision, Then::relu)(x), expected.relu()));
    CHECK(near(FrozenConv(weight, {}, precision)(x), torch::conv2d(x, weight, {}, 1, kernel / 2)));
  }
}

TEST_CASE("attention of long and short sequences is the plain one's in each precision", "[nn][frozen]") {
  const SeedGuard seed(6);
  const auto precision = GENERATE(Precision::fp32, Precision::bf16, Precision::int8);
  const auto allowed = tolerance(precision);
  if (allowed == 0) return;
  for (const auto& [queries, keys] : {std::pair(30, 40), std::pair(1100, 1100), std::pair(700, 600), std::pair(20, 900)}) {
    INFO(to_string(precision) << ", " << queries << " x " << keys);
    // Cut out of wider tensors, as the projections of a block are.
    const auto q = torch::randn({2, queries, 3, 8}).transpose(1, 2);
    const auto kv = torch::randn({2, keys, 2, 3, 8}).permute({2, 0, 3, 1, 4});
    const auto found = attend(q, {kv[0], kv[1]}, precision);
    const auto expected = AttentionImpl::attend(q, {kv[0], kv[1]});
    REQUIRE(found.sizes() == expected.sizes());
    CHECK(golden::scaled_difference(found.to(torch::kFloat32), expected) < allowed);
  }
}

TEST_CASE("a frozen norm gives the plain one's numbers", "[nn][frozen]") {
  const SeedGuard seed(3);
  const torch::NoGradGuard no_grad;
  torch::nn::LayerNorm norm(torch::nn::LayerNormOptions({16}).eps(1e-3));
  norm->weight.uniform_(0.5, 2);
  norm->bias.uniform_(-1, 1);
  const auto x = torch::randn({2, 5, 16});
  CHECK(torch::equal(FrozenNorm(*norm)(x), norm->forward(x)));
}

TEST_CASE("what follows from a grid's sides is made once for each", "[nn][frozen]") {
  const GridCache cache;
  int made = 0;
  const auto get = [&](int64_t rows, int64_t columns) {
    return cache.get(rows, columns, [&] { return torch::full({1}, ++made); }).item<int>();
  };
  CHECK(get(2, 3) == 1);
  CHECK(get(3, 2) == 2);
  CHECK(get(2, 3) == 1);
  for (int64_t side = 10; side < 60; ++side) get(side, side);  // more than are kept
  CHECK(get(2, 3) > 2);
}

TEST_CASE("precisions have names, and a device has them or not", "[nn][frozen]") {
  for (const auto precision : {Precision::automatic, Precision::fp32, Precision::bf16, Precision::int8}) {
    CHECK(precision_named(to_string(precision)) == precision);
  }
  CHECK(error_of([] { precision_named("fp8"); }).code() == ErrorCode::argument);
  CHECK(precision_on(Precision::fp32, torch::kCPU) == Precision::fp32);
  CHECK(precision_on(Precision::automatic, torch::kCUDA) == Precision::bf16);
  CHECK(error_of([] { precision_on(Precision::int8, torch::kCUDA); }).code() == ErrorCode::unsupported);
  const auto reduced = precision_on(Precision::automatic, torch::kCPU);
  CHECK(reduced != Precision::automatic);
  CHECK(precision_on(reduced, torch::kCPU) == reduced);
  if (reduced == Precision::int8) CHECK(error_of([] { precision_on(Precision::bf16, torch::kCPU); }).code() == ErrorCode::unsupported);
}
