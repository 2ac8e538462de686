#include "support/torch_catch.hpp"

#include <faceptor/train/gradient_buckets.hpp>

using namespace faceptor::train;

namespace {

/// As if there were another process, whose gradients are all twice this one's: a sum is three times what it was.
class Twins : public Communicator {
 public:
  struct Done : Pending {
    explicit Done(torch::Tensor t) : tensor(std::move(t)) {}
    void wait() override {
      const torch::NoGradGuard no_grad;
      tensor.mul_(3);
    }
    torch::Tensor tensor;
  };
  std::int64_t rank() const override { return 0; }
  std::int64_t size() const override { return 2; }
  void sum(std::span<const torch::Tensor> tensors) override {
    const torch::NoGradGuard no_grad;
    for (const auto& tensor : tensors) tensor.mul_(3);
  }
  std::unique_ptr<Pending> start_sum(const torch::Tensor& tensor) override {
    begun.push_back(tensor.numel());
    return std::make_unique<Done>(tensor);
  }
  void broadcast(std::span<const torch::Tensor>, std::int64_t) override {}
  void barrier() override {}
  void failed(const std::string&) noexcept override {}

  std::vector<std::int64_t> begun;
};

std::vector<torch::Tensor> parameters() {
  std::vector<torch::Tensor> made;
  for (const std::int64_t size : {10, 10, 10, 50}) made.push_back(torch::ones({size}).requires_grad_(true));
  return made;
}

}  // namespace

TEST_CASE("Parameters are laid into buckets from the last one on, large ones alone", "[train][gradient_buckets]") {
  const auto twins = std::make_shared<Twins>();
  auto all = parameters();
  all.push_back(torch::ones({7}));  // needs no gradient
  GradientBuckets buckets(all, twins, 80);
  CHECK(buckets.size() == 3);  // 200 bytes alone; 40 and 40; 40
  buckets.begin();
  (all[0] + all[1] + all[2]).sum().add(all[3].sum()).backward();
  buckets.finish();
  CHECK(twins->begun == std::vector<std::int64_t>{50, 20, 10});
  CHECK(GradientBuckets(parameters(), twins, 1 << 20).size() == 1);
  CHECK(GradientBuckets({}, twins).size() == 0);
}

TEST_CASE("Gradients become the mean of all processes, and are begun within the backward pass", "[train][gradient_buckets]") {
  const auto twins = std::make_shared<Twins>();
  const auto all = parameters();
  GradientBuckets buckets(all, twins, 80);
  buckets.begin();
  (2 * (all[0] + all[1] + all[2])).sum().add(4 * all[3].sum()).backward();
  buckets.finish();
  CHECK(buckets.overlapped() == 3);
  for (std::size_t i = 0; i < 4; ++i) CHECK(torch::equal(all[i].grad(), torch::full_like(all[i], i < 3 ? 3 : 6).detach()));
}

TEST_CASE("A parameter without a gradient anywhere stays without, and isn't waited for again", "[train][gradient_buckets]") {
  const auto twins = std::make_shared<Twins>();
  const auto all = parameters();
  GradientBuckets buckets(all, twins, 80);
  for (int step = 0; step < 2; ++step) {
    buckets.begin();
    (all[0] + all[1] + all[2]).sum().backward();
    buckets.finish();
    CHECK_FALSE(all[3].grad().defined());
    // Of the first step, all wait for the last parameter's; of the second, none.
    CHECK(buckets.overlapped() == (step == 0 ? 0U : 3U));
  }
}

TEST_CASE("What was begun can be forgotten; without a beginning nothing is summed; the hooks end with the buckets",
          "[train][gradient_buckets]") {
  const auto twins = std::make_shared<Twins>();
  const auto all = parameters();
  {
    GradientBuckets buckets(all, twins, 80);
    all[0].sum().backward();
    CHECK(twins->begun.empty());
    buckets.begin();
    all[3].sum().backward();
    CHECK(twins->begun.size() == 1);
    buckets.cancel();
    all[0].sum().backward();
    CHECK(twins->begun.size() == 1);
    buckets.begin();
  }
  all[3].sum().backward();
  CHECK(twins->begun.size() == 1);
}
