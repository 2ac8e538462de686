#include <ATen/autocast_mode.h>

#include <limits>

#include <faceptor/train/precision.hpp>

#include "support/error_of.hpp"
#include "train/small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

TEST_CASE("A step in bf16 is near one in fp32, with weights and losses in fp32", "[train][precision]") {
  const auto batch = small::batch(small::tasks(), 0);
  Learner full(small::model()), half(small::model(), {.precision = Precision::bf16});
  const auto expected = full.forward_backward(batch);
  const auto result = half.forward_backward(batch);
  REQUIRE(result.finite);
  CHECK(result.total != expected.total);  // it did compute in another precision
  for (std::size_t i = 0; i < result.tasks.size(); ++i) {
    INFO(result.tasks[i].name);
    CHECK(result.tasks[i].loss == Approx(expected.tasks[i].loss).epsilon(0.05));
  }
  for (const auto& gradient : half.gradients()) CHECK(gradient.scalar_type() == torch::kFloat32);
  const auto one = full.apply();
  const auto other = half.apply();
  CHECK(other.applied);
  CHECK(other.gradient_norm == Approx(one.gradient_norm).epsilon(0.1));
  CHECK(half.state().at("backbone.class_token").scalar_type() == torch::kFloat32);
  CHECK_FALSE(at::autocast::is_autocast_enabled(torch::kCPU));
}

TEST_CASE("Autocast ends with its scope, and its copies of weights with it", "[train][precision]") {
  auto weight = torch::ones({2, 2}).requires_grad_(true);
  const auto product = [&] { return torch::mm(weight, weight); };
  {
    const AutocastGuard guard(Precision::bf16, torch::kCPU);
    CHECK(product().scalar_type() == torch::kBFloat16);
    {
      const AutocastGuard inner(Precision::fp32, torch::kCPU);
      CHECK(product().scalar_type() == torch::kFloat32);
    }
    CHECK(product().scalar_type() == torch::kBFloat16);
  }
  CHECK(product().scalar_type() == torch::kFloat32);
  {
    const torch::NoGradGuard no_grad;
    weight.fill_(2);
  }
  const AutocastGuard guard(Precision::bf16, torch::kCPU);
  CHECK(product()[0][0].item<float>() == 8);
}

TEST_CASE("Precisions have names", "[train][precision]") {
  for (const auto precision : {Precision::fp32, Precision::bf16, Precision::fp16})
    CHECK(precision_option(to_string(precision)) == precision);
  CHECK(error_of([] { precision_option("fp8"); }).found() == "fp8");
}

TEST_CASE("The loss scale halves with each step that isn't finite, and doubles after enough that are", "[train][precision]") {
  LossScaler scaler({.start = 1024, .growth_interval = 3, .largest = 2048});
  scaler.update(true);
  scaler.update(true);
  CHECK(scaler.scale() == 1024);
  scaler.update(false);
  CHECK(scaler.scale() == 512);
  for (int i = 0; i < 2; ++i) scaler.update(true);
  CHECK(scaler.scale() == 512);
  scaler.update(true);
  CHECK(scaler.scale() == 1024);
  for (int i = 0; i < 30; ++i) scaler.update(true);
  CHECK(scaler.scale() == 2048);

  LossScaler resumed({.start = 1024, .growth_interval = 3});
  resumed.restore(64, 2);
  resumed.update(true);
  CHECK(resumed.scale() == 128);
  CHECK(error_of([&] { resumed.restore(std::numeric_limits<double>::infinity(), 0); }).code() == ErrorCode::argument);
  CHECK(error_of([] { LossScaler({.backoff = 1}); }).code() == ErrorCode::argument);
}
