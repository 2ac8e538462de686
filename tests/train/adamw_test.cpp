#include <cmath>

#include <faceptor/train/adamw.hpp>
#include <faceptor/train/schedule.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/golden_tensors.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor::train;
using faceptor::ErrorCode;

namespace {

GroupedParameter parameter(const std::string& name, const torch::Tensor& value, double multiplier = 1, double weight_decay = 0.05) {
  return {.name = name, .value = value.clone().requires_grad_(true), .multiplier = multiplier, .weight_decay = weight_decay};
}

}  // namespace

TEST_CASE("AdamW with clipping and warm-up is the reference's", "[train][adamw][golden]") {
  const auto folder = golden::find("model/schedule");
  if (!folder) FACEPTOR_SKIP("no golden optimizer");
  const auto settings = golden::json(*folder / "adamw.json");
  const golden::Tensors reference(*folder / "adamw.safetensors");
  std::vector<GroupedParameter> parameters;
  for (const auto& [name, multiplier] : settings.at("multipliers").items()) {
    parameters.push_back(parameter(name, reference["start." + name], multiplier, settings.at("weight_decay")));
  }
  AdamW optimizer(parameters, {settings.at("betas")[0], settings.at("betas")[1], settings.at("eps")});
  const auto& planned = settings.at("schedule");
  const Schedule schedule{planned.at("base_lr"), planned.at("peak_lr"), planned.at("warmup_steps"), planned.at("max_iter")};
  optimizer.set_rate(rate_used(schedule, 0));

  const auto steps = settings.at("gradient_norms").size();
  REQUIRE(steps > 1);
  for (std::size_t s = 0; s < steps; ++s) {
    INFO("step " << s);
    const auto prefix = "step" + std::to_string(s) + ".";
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      parameters[i].value.mutable_grad() = reference[prefix + "grad." + parameters[i].name];
      CHECK(optimizer.rate(parameters[i].name) == Approx(settings.at("rates_used")[s][i].get<double>()).epsilon(1e-12));
    }
    const auto gradients = optimizer.gradients();
    const auto norm = total_norm(gradient_norms(gradients));
    CHECK(norm == Approx(settings.at("gradient_norms")[s].get<double>()).epsilon(1e-6));
    clip_gradients(gradients, norm, settings.at("clip"));
    optimizer.step();
    optimizer.set_rate(rate_after(schedule, s));
    const auto state = optimizer.state();
    for (const auto& own : parameters) {
      INFO(own.name);
      CHECK(golden::difference(own.value, reference[prefix + "param." + own.name]) <= 1e-6);
      CHECK(golden::difference(state.at(own.name + ".exp_avg"), reference[prefix + "exp_avg." + own.name]) <= 1e-6);
      CHECK(golden::difference(state.at(own.name + ".exp_avg_sq"), reference[prefix + "exp_avg_sq." + own.name]) <= 1e-6);
      CHECK(state.at(own.name + ".step").item<double>() == static_cast<double>(s + 1));
    }
  }
}

TEST_CASE("A step of AdamW is what its formula says", "[train][adamw]") {
  const auto start = torch::tensor({1.0, -2.0, 0.5}, torch::kFloat64);
  const auto gradient = torch::tensor({0.3, -4.0, 0.0}, torch::kFloat64);
  AdamW optimizer({parameter("a", start, 2, 0.1)}, {0.8, 0.9, 1e-3});
  optimizer.set_rate(0.05);
  auto value = optimizer.parameters()[0].value;
  auto expected = start.clone();
  torch::Tensor mean = torch::zeros(3, torch::kFloat64), square = torch::zeros(3, torch::kFloat64);
  for (int t = 1; t <= 4; ++t) {
    value.mutable_grad() = gradient * t;
    optimizer.step();
    expected = expected * (1 - 0.1 * 0.1);
    mean = 0.8 * mean + 0.2 * gradient * t;
    square = 0.9 * square + 0.1 * (gradient * t).square();
    expected = expected - 0.1 * (mean / (1 - std::pow(0.8, t))) / ((square / (1 - std::pow(0.9, t))).sqrt() + 1e-3);
    CHECK(value.detach().allclose(expected, 1e-12, 1e-12));
  }
}

TEST_CASE("A parameter without a gradient, and a frozen one, stay as they are", "[train][adamw]") {
  auto frozen = parameter("frozen", torch::ones({3}));
  frozen.frozen = true;
  AdamW optimizer({parameter("trained", torch::ones({3})), parameter("unused", torch::ones({3})), frozen});
  optimizer.set_rate(0.1);
  for (const auto* name : {"trained", "frozen"}) {
    for (const auto& own : optimizer.parameters()) {
      if (own.name == name) own.value.mutable_grad() = torch::ones({3});
    }
  }
  optimizer.step();
  CHECK_FALSE(torch::equal(optimizer.parameters()[0].value, torch::ones({3})));
  CHECK(torch::equal(optimizer.parameters()[1].value, torch::ones({3})));
  CHECK(torch::equal(optimizer.parameters()[2].value, torch::ones({3})));
  const auto state = optimizer.state();
  CHECK(state.contains("trained.exp_avg"));
  CHECK(state.contains("unused.rate"));
  CHECK_FALSE(state.contains("unused.exp_avg"));
  CHECK_FALSE(state.contains("frozen.rate"));
}

TEST_CASE("Gradients that lie otherwise in memory than the parameter are not mixed up", "[train][adamw]") {
  torch::manual_seed(3);
  const auto start = torch::randn({4, 3, 2, 2});
  const auto gradient = torch::randn({4, 3, 2, 2});
  AdamW plain({parameter("a", start)}), strided({parameter("a", start)});
  for (auto* optimizer : {&plain, &strided}) optimizer->set_rate(0.1);
  plain.parameters()[0].value.mutable_grad() = gradient;
  strided.parameters()[0].value.mutable_grad() = gradient.contiguous(torch::MemoryFormat::ChannelsLast);
  REQUIRE(strided.parameters()[0].value.grad().strides() != gradient.strides());
  plain.step();
  strided.step();
  CHECK(torch::equal(plain.parameters()[0].value, strided.parameters()[0].value));
}

TEST_CASE("An optimizer continues from its state bit for bit, and refuses another's", "[train][adamw]") {
  torch::manual_seed(5);
  const auto start = torch::randn({7});
  AdamW one({parameter("a.b", start)});
  one.set_rate(0.01);
  const auto step = [](AdamW& optimizer, double scale) {
    optimizer.parameters()[0].value.mutable_grad() = torch::linspace(-1, 1, 7) * scale;
    optimizer.step();
  };
  step(one, 1);
  AdamW two({parameter("a.b", one.parameters()[0].value.detach())});
  two.load_state(one.state());
  CHECK(two.rate("a.b") == 0.01);
  step(one, 2);
  step(two, 2);
  CHECK(torch::equal(one.parameters()[0].value, two.parameters()[0].value));

  auto state = one.state();
  state["a.c.exp_avg"] = torch::zeros({7});
  CHECK(error_of([&] { two.load_state(state); }).where() == "a.c.exp_avg");
  state = one.state();
  state["a.b.exp_avg"] = torch::zeros({6});
  CHECK(error_of([&] { two.load_state(state); }).found() == "[6]");
  state = one.state();
  state.erase("a.b.step");
  CHECK(error_of([&] { two.load_state(state); }).code() == ErrorCode::mismatch);
  step(one, 3);
  step(two, 3);  // the refused states have changed nothing
  CHECK(torch::equal(one.parameters()[0].value, two.parameters()[0].value));
  CHECK(error_of([] { AdamW({}, {.beta1 = 1.0}); }).code() == ErrorCode::argument);
}

TEST_CASE("Gradients are clipped to a total norm, and left alone below it", "[train][adamw]") {
  std::vector<torch::Tensor> gradients{torch::full({4}, 3.0), torch::full({2, 2}, 4.0)};
  const auto norm = total_norm(gradient_norms(gradients));
  CHECK(norm == Approx(10.0));
  clip_gradients(gradients, norm, 20);
  CHECK(torch::equal(gradients[0], torch::full({4}, 3.0)));
  clip_gradients(gradients, norm, 5);
  CHECK(total_norm(gradient_norms(gradients)) == Approx(5.0).epsilon(1e-6));
  CHECK(gradients[1][0][0].item<double>() == Approx(2.0));
  CHECK(total_norm(gradient_norms({})) == 0);
}
