#include <faceptor/nn/shared_statistics.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;

namespace {

/// Two threads that add up tensors as two processes would.
class Pair {
 public:
  std::shared_ptr<nn::StatisticsGroup> group(std::int64_t rank) {
    return std::make_shared<nn::StatisticsGroup>(nn::StatisticsGroup{rank, 2, [this](const torch::Tensor& tensor) { sum(tensor); }});
  }

 private:
  void sum(const torch::Tensor& tensor) {
    std::unique_lock lock(mutex_);
    if (!first_.defined()) {
      first_ = tensor;
      const auto turn = turn_;
      both_.wait(lock, [&] { return turn_ != turn; });
      return;
    }
    const torch::NoGradGuard no_grad;
    first_.add_(tensor);
    tensor.copy_(first_);
    first_ = torch::Tensor();
    ++turn_;
    both_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable both_;
  torch::Tensor first_;
  int turn_ = 0;
};

torch::nn::BatchNorm1d layer() {
  torch::nn::BatchNorm1d made(torch::nn::BatchNorm1dOptions(3));
  made->weight.data().copy_(torch::tensor({1.0, 2.0, -1.0}));
  made->bias.data().copy_(torch::tensor({0.5, 0.0, 1.0}));
  made->to(torch::kDouble);
  return made;
}

}  // namespace

TEST_CASE("without a group a layer normalises by its own batch", "[nn][shared_statistics]") {
  auto ours = layer(), theirs = layer();
  const auto x = torch::randn({6, 3}, torch::kDouble);
  const nn::SharedStatistics nobody(nullptr);
  CHECK(torch::equal(nn::batch_norm(*ours, x, nn::Statistics::shared), theirs->forward(x)));
  CHECK(torch::equal(ours->running_var, theirs->running_var));
}

TEST_CASE("two halves of a batch are normalised as the whole one, gradients too", "[nn][shared_statistics]") {
  torch::manual_seed(3);
  const auto whole = torch::randn({7, 3}, torch::kDouble) * 3 + 10;
  const auto wanted = torch::randn({7, 3}, torch::kDouble);
  auto reference = layer();
  const auto all = whole.clone().requires_grad_(true);
  const auto expected = reference->forward(all);
  (expected * wanted).sum().backward();

  Pair pair;
  std::vector<torch::nn::BatchNorm1d> layers = {layer(), layer()};
  std::vector<torch::Tensor> inputs = {whole.slice(0, 0, 5).clone(), whole.slice(0, 5, 7).clone()}, outputs(2);
  const auto run = [&](std::int64_t rank) {
    const nn::SharedStatistics shared(pair.group(rank));
    auto& x = inputs[static_cast<std::size_t>(rank)].requires_grad_(true);
    outputs[static_cast<std::size_t>(rank)] = nn::batch_norm(*layers[static_cast<std::size_t>(rank)], x, nn::Statistics::shared);
    (outputs[static_cast<std::size_t>(rank)] * wanted.slice(0, 5 * rank, 5 + 2 * rank)).sum().backward();
  };
  std::thread other(run, 1);
  run(0);
  other.join();
  CHECK(torch::allclose(torch::cat(outputs), expected, 1e-9, 1e-9));
  CHECK(torch::allclose(torch::cat({inputs[0].grad(), inputs[1].grad()}), all.grad(), 1e-9, 1e-9));
  for (auto& one : layers) {
    CHECK(torch::allclose(one->running_mean, reference->running_mean));
    CHECK(torch::allclose(one->running_var, reference->running_var));
  }
  // Each has its own rows' share of the weight's gradient.
  CHECK(torch::allclose(layers[0]->weight.grad() + layers[1]->weight.grad(), reference->weight.grad(), 1e-9, 1e-9));
}

TEST_CASE("statistics are shared in training and in the guard's scope alone; one value has no variance", "[nn][shared_statistics]") {
  int sums = 0;
  const auto group = std::make_shared<nn::StatisticsGroup>(nn::StatisticsGroup{0, 2, [&](const torch::Tensor&) { ++sums; }});
  auto one = layer();
  {
    const nn::SharedStatistics shared(group);
    {
      const nn::SharedStatistics nobody(nullptr);
      nn::batch_norm(*one, torch::randn({4, 3}, torch::kDouble), nn::Statistics::shared);
    }
    CHECK(sums == 0);
    const auto error = error_of([&] { nn::batch_norm(*one, torch::randn({1, 3}, torch::kDouble), nn::Statistics::shared); });
    CHECK(error.code() == ErrorCode::argument);
    CHECK(sums == 1);
    one->eval();
    nn::batch_norm(*one, torch::randn({1, 3}, torch::kDouble), nn::Statistics::shared);
    CHECK(sums == 1);
    one->train();
  }
  nn::batch_norm(*one, torch::randn({4, 3}, torch::kDouble), nn::Statistics::shared);
  CHECK(sums == 1);
  const nn::SharedStatistics shared(group);
  nn::batch_norm(*one, torch::randn({4, 3}, torch::kDouble), nn::Statistics::own);
  CHECK(sums == 1);
}
