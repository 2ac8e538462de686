#include "support/torch_catch.hpp"

#include <faceptor/loading/collate.hpp>
#include <faceptor/model/model_kinds.hpp>
#include <faceptor/model/runner.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/train/learner.hpp>

#include "small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

/// For a scope, convolutions and matrix products of a GPU in fp32 rather than TF32.
class FullPrecision {
 public:
  FullPrecision() { at::globalContext().setAllowTF32CuDNN(false); }
  ~FullPrecision() { at::globalContext().setAllowTF32CuDNN(true); }
};

double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.cpu() - b.cpu()).abs().max().item<double>() / std::max(1e-3, b.abs().max().item<double>());
}

}  // namespace

TEST_CASE("A GPU gives the CPU's outputs, for every task", "[model][cuda]") {
  if (!torch::cuda::is_available()) FACEPTOR_SKIP("no GPU");
  const FullPrecision full;
  for (const char* name : {"faceptor-tiny", "naive-tiny"}) {
    const SeedGuard seed(1);
    const auto chosen = architecture(name);
    const auto model = make_model(chosen.config, chosen.tasks);
    for (std::size_t task = 0; task < model->tasks().size(); ++task) {
      const auto size = model->tasks()[task].spec().view.size();
      const auto images = torch::randn({2, 3, size.height, size.width});
      const std::vector<std::size_t> wanted{task};
      const auto expected = Runner(*model, torch::kCPU).run(images, wanted, "test");
      const auto found = Runner(*model, torch::kCUDA).run(images, wanted, "test");
      INFO(name << " " << model->tasks()[task].name());
      CHECK(largest_difference(found[0], expected[0]) < 1e-4);
    }
  }
}

TEST_CASE("A model frozen on a GPU gives what it gives there unfrozen", "[model][cuda][frozen]") {
  if (!torch::cuda::is_available()) FACEPTOR_SKIP("no GPU");
  const FullPrecision full;
  for (const char* name : {"faceptor-tiny", "naive-tiny"}) {
    const SeedGuard seed(1);
    const auto chosen = architecture(name);
    const auto model = make_model(chosen.config, chosen.tasks);
    model->module().to(torch::kCUDA);
    model->module().eval();
    const auto exact = model->frozen(nn::FreezeOptions().precision(nn::Precision::fp32));
    const auto half = model->frozen(nn::FreezeOptions().precision(nn::Precision::bf16));
    for (std::size_t task = 0; task < model->tasks().size(); ++task) {
      const auto size = model->tasks()[task].spec().view.size();
      const auto images = torch::randn({2, 3, size.height, size.width});
      const std::vector<std::size_t> wanted{task};
      const auto expected = Runner(*model).run(images, wanted, "test");
      INFO(name << " " << model->tasks()[task].name());
      CHECK(largest_difference(Runner(*exact).run(images, wanted, "test")[0], expected[0]) < 1e-4);
      CHECK(largest_difference(Runner(*half).run(images, wanted, "test")[0], expected[0]) < 0.1);
    }
  }
}

TEST_CASE("A step on a GPU is the CPU's step, and its state goes on there", "[train][cuda]") {
  if (!torch::cuda::is_available()) FACEPTOR_SKIP("no GPU");
  const FullPrecision full;
  LearnerOptions options;
  options.average = 0.9;
  Learner on_cpu(small::model(), options);
  const auto moved = small::model();
  moved->module().to(torch::kCUDA);
  Learner on_gpu(moved, options);
  on_gpu.load_state(small::snapshot(on_cpu));

  for (std::uint64_t step = 0; step < 3; ++step) {
    on_cpu.set_rate(1e-3);
    on_gpu.set_rate(1e-3);
    const auto batch = small::batch(on_cpu.model().tasks(), step);
    const auto expected = on_cpu.forward_backward(batch);
    const auto found = on_gpu.forward_backward(batch);
    REQUIRE(found.finite);
    CHECK(found.total == Approx(expected.total).epsilon(1e-4));
    const auto gradients = on_gpu.gradients(), reference = on_cpu.gradients();
    REQUIRE(gradients.size() == reference.size());
    if (step == 0) {
      double all = 0;  // what cancels is known no better than what it is the difference of
      for (const auto& gradient : reference) all = std::max(all, gradient.norm().item<double>());
      for (std::size_t i = 0; i < gradients.size(); ++i) {
        CHECK((gradients[i].cpu() - reference[i]).norm().item<double>() <= 1e-3 * reference[i].norm().item<double>() + 1e-5 * all);
      }
    }
    REQUIRE(on_cpu.apply().applied);
    REQUIRE(on_gpu.apply().applied);
    on_gpu.load_state(small::snapshot(on_cpu));  // AdamW's sign-like first steps let rounding grow
  }

  // And the other way: what a GPU has learnt is continued on a CPU.
  Learner resumed(small::model(), options);
  resumed.load_state(small::snapshot(on_gpu));
  const auto batch = small::batch(on_cpu.model().tasks(), 7);
  CHECK(resumed.forward_backward(batch).total == Approx(on_gpu.forward_backward(batch).total).epsilon(1e-4));
}

TEST_CASE("A GPU learns in every precision, and the same again from the same seed", "[train][cuda]") {
  if (!torch::cuda::is_available()) FACEPTOR_SKIP("no GPU");
  for (const auto precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
    INFO(to_string(precision));
    const auto learnt = [&](bool recompute) {
      const auto model = small::model(small::tasks(), small::vit(0.2));
      model->module().to(torch::kCUDA);
      LearnerOptions options;
      options.precision = precision;
      options.recompute = recompute;
      options.seed = 5;
      Learner learner(model, options);
      learner.set_rate(1e-3);
      double first = 0, last = 0;
      for (int step = 0; step < 60; ++step) {
        const auto result = learner.forward_backward(small::batch(model->tasks(), 1));
        REQUIRE((result.finite || precision == Precision::fp16));
        learner.apply();
        if (step == 0) first = result.total;
        last = result.total;
      }
      CHECK(last < 0.9 * first);
      return std::pair(first, last);
    };
    const auto once = learnt(false);
    CHECK(learnt(false).first == Approx(once.first).epsilon(1e-5));  // the same drop path
    CHECK(learnt(true).first == Approx(once.first).epsilon(1e-3));
  }
}
