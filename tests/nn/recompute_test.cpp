#include <ATen/autocast_mode.h>
#include <c10/core/Allocator.h>

#include <algorithm>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/recompute.hpp>

#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

/// The gradients of a small transformer with drop path, and the sum of its output.
struct Outcome {
  torch::Tensor output;
  std::vector<torch::Tensor> gradients;
  torch::Tensor image_gradient;
};

Outcome run(Vit vit, bool recompute, bool wants_image_gradient = false) {
  vit->set_recompute(recompute);
  vit->train();
  vit->zero_grad();
  torch::manual_seed(11);
  auto images = torch::randn({6, 3, 32, 32});
  if (wants_image_gradient) images.requires_grad_(true);
  torch::manual_seed(12);
  const std::vector<int64_t> levels = {1, 3};
  const auto pyramid = vit->forward(images, levels);
  const auto output = (pyramid.at(1).square().mean() + pyramid.at(3).sin().mean());
  torch::manual_seed(99);  // the backward pass must neither depend on where the generator stands by then, nor move it
  const auto expected = torch::rand({3});
  torch::manual_seed(99);
  output.backward();
  CHECK(torch::equal(torch::rand({3}), expected));
  Outcome outcome{output.detach(), {}, images.grad()};
  for (const auto& parameter : vit->parameters())
    outcome.gradients.push_back(parameter.grad().defined() ? parameter.grad().clone() : torch::Tensor());
  return outcome;
}

Vit small_vit() {
  const SeedGuard guard(3);
  return Vit(VitOptions(32, 4, 2, 8).image_side(32).drop_path(0.5).projection(0));
}

void check_same(const Outcome& a, const Outcome& b, double tolerance) {
  CHECK(torch::equal(a.output, b.output));
  REQUIRE(a.gradients.size() == b.gradients.size());
  for (std::size_t i = 0; i < a.gradients.size(); ++i) {
    REQUIRE(a.gradients[i].defined() == b.gradients[i].defined());
    if (a.gradients[i].defined())
      CHECK((a.gradients[i] - b.gradients[i]).abs().max().item<double>() <=
            tolerance * std::max(1e-3, a.gradients[i].abs().max().item<double>()));
  }
}

}  // namespace

TEST_CASE("Recomputed blocks give the same output and gradients, drop path included", "[nn][recompute]") {
  auto vit = small_vit();
  check_same(run(vit, false), run(vit, true), 1e-6);
  const auto kept = run(vit, false, true);
  const auto recomputed = run(vit, true, true);
  check_same(kept, recomputed, 1e-6);
  CHECK(kept.image_gradient.allclose(recomputed.image_gradient, 1e-6, 1e-9));
}

TEST_CASE("Recomputed blocks behind frozen ones get their gradients", "[nn][recompute]") {
  auto vit = small_vit();
  for (auto& parameter : vit->named_parameters()) parameter.value().requires_grad_(parameter.key().starts_with("blocks.2."));
  const auto recomputed = run(vit, true);
  check_same(run(vit, false), recomputed, 1e-6);
  std::size_t with = 0;
  for (const auto& gradient : recomputed.gradients) with += gradient.defined() ? 1 : 0;
  CHECK(with == vit->blocks->ptr(2)->parameters().size());
}

TEST_CASE("Recomputing computes in the precision of the first run", "[nn][recompute]") {
  auto vit = small_vit();
  const auto in_bf16 = [&](bool recompute) {
    at::autocast::set_autocast_dtype(torch::kCPU, torch::kBFloat16);
    at::autocast::increment_nesting();
    at::autocast::set_autocast_enabled(torch::kCPU, true);
    vit->set_recompute(recompute);
    vit->train();
    vit->zero_grad();
    torch::manual_seed(11);
    const std::vector<int64_t> levels = {3};
    // Twice, as for two views: converted weights must not be taken from a run without gradients.
    auto output = vit->forward(torch::randn({2, 3, 32, 32}), levels).at(3).to(torch::kFloat32).sin().mean();
    output = output + vit->forward(torch::randn({3, 3, 16, 16}), levels).at(3).to(torch::kFloat32).sin().mean();
    at::autocast::set_autocast_enabled(torch::kCPU, false);
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    output.backward();
    Outcome outcome{output.detach(), {}, {}};
    for (const auto& parameter : vit->parameters()) outcome.gradients.push_back(parameter.grad().clone());
    return outcome;
  };
  check_same(in_bf16(false), in_bf16(true), 2e-2);
}

TEST_CASE("Without gradients a part just runs", "[nn][recompute]") {
  int runs = 0;
  const auto part = [&](const torch::Tensor& x) {
    ++runs;
    return x * 2;
  };
  const auto weight = torch::ones({1}).requires_grad_(true);
  {
    const torch::NoGradGuard no_grad;
    CHECK_FALSE(nn::recomputed(part, {weight}, torch::ones({2})).requires_grad());
  }
  CHECK_FALSE(nn::recomputed(part, {}, torch::ones({2})).requires_grad());
  CHECK(runs == 2);
  const auto input = torch::ones({2}).requires_grad_(true);
  nn::recomputed(part, {}, input).sum().backward();
  CHECK(runs == 4);
  CHECK(torch::equal(input.grad(), torch::full({2}, 2.0)));
}

namespace {

/// The most memory that tensors of this thread took at a time, as LibTorch's allocator reports it.
struct MemoryCount : c10::MemoryReportingInfoBase {
  void reportMemoryUsage(void*, int64_t size, size_t, size_t, c10::Device) override {
    now += size;
    most = std::max(most, now);
  }
  bool memoryProfilingEnabled() const override { return true; }
  int64_t now = 0, most = 0;
};

}  // namespace

TEST_CASE("Recomputing takes far less memory", "[nn][recompute]") {
  const SeedGuard guard(3);
  Vit vit(VitOptions(96, 12, 3, 16).image_side(128).projection(0));
  vit->train();
  const auto peak = [&](bool recompute) {
    vit->set_recompute(recompute);
    vit->zero_grad(/*set_to_none=*/false);
    const auto count = std::make_shared<MemoryCount>();
    const c10::DebugInfoGuard counting(c10::DebugInfoKind::PROFILER_STATE, count);
    const std::vector<int64_t> levels = {11};
    vit->forward(torch::ones({4, 3, 128, 128}), levels).at(11).mean().backward();
    return count->most;
  };
  peak(false);  // so that gradients have their memory already
  const auto kept = peak(false);
  const auto recomputed = peak(true);
  INFO("peak of " << kept << " bytes, recomputing " << recomputed);
  CHECK(recomputed * 3 < kept);
}
