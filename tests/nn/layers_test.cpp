#include <faceptor/core/error.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/nn/layers.hpp>

#include "support/torch_catch.hpp"

namespace nn = faceptor::nn;

TEST_CASE("attention equals LibTorch's own of the same weights", "[nn]") {
  torch::manual_seed(4);
  nn::Attention ours(nn::AttentionOptions(16, 4));
  torch::nn::MultiheadAttention theirs(torch::nn::MultiheadAttentionOptions(16, 4));
  const torch::NoGradGuard no_grad;
  theirs->in_proj_weight.copy_(ours->in_proj->weight);
  theirs->in_proj_bias.copy_(ours->in_proj->bias);
  theirs->out_proj->weight.copy_(ours->out_proj->weight);
  theirs->out_proj->bias.copy_(ours->out_proj->bias);
  const auto tokens = torch::randn({2, 5, 16});
  const auto memory = torch::randn({2, 7, 16});
  const auto batch_second = [](const torch::Tensor& t) { return t.transpose(0, 1); };

  const auto self = std::get<0>(theirs->forward(batch_second(tokens), batch_second(tokens), batch_second(tokens)));
  CHECK(ours->forward(tokens).allclose(batch_second(self), 1e-5, 1e-6));

  const auto [cross, weights] = theirs->forward(batch_second(tokens), batch_second(memory), batch_second(memory));
  const auto projected = ours->project_memory(memory, memory);
  const auto queries = ours->project_queries(tokens);
  CHECK(ours->project_output(nn::AttentionImpl::attend(queries, projected)).allclose(batch_second(cross), 1e-5, 1e-6));
  CHECK(nn::AttentionImpl::weights(queries, projected).allclose(weights, 1e-5, 1e-6));
  CHECK_THROWS_AS(nn::Attention(nn::AttentionOptions(16, 3)), faceptor::Error);
}

TEST_CASE("attention starts with biases of 0", "[nn]") {
  nn::Attention attention(nn::AttentionOptions(16, 4));
  CHECK(attention->in_proj->bias.eq(0).all().item<bool>());
  CHECK(attention->out_proj->bias.eq(0).all().item<bool>());
}

TEST_CASE("QuickGELU is x times the sigmoid of 1.702 x, with its gradient", "[nn]") {
  const auto x = torch::linspace(-6, 6, 101, torch::kFloat64).requires_grad_();
  const auto y = nn::activate(x, nn::Activation::quick_gelu);
  CHECK(y.allclose(x * (1.702 * x).sigmoid()));
  y.sum().backward();
  const auto s = (1.702 * x).sigmoid().detach();
  CHECK(x.grad().allclose(s + 1.702 * x.detach() * s * (1 - s)));
}

TEST_CASE("drop path keeps the mean, and drops token positions in all samples or whole samples", "[nn]") {
  const faceptor::SeedGuard seed(11);
  const bool positions = GENERATE(true, false);
  const auto ones = positions ? torch::ones({3, 4000, 2}) : torch::ones({4000, 3, 2});
  // As published unless something else is asked for.
  const auto dropped = positions ? nn::drop_path(ones, 0.25, /*training=*/true) : nn::drop_path(ones, 0.25, true, nn::DropPath::samples);
  const auto mask = positions ? dropped.slice(0, 0, 1).slice(2, 0, 1) : dropped.slice(1, 0, 1).slice(2, 0, 1);  // 1 x L x 1, B x 1 x 1
  CHECK(dropped.eq(mask).all().item<bool>());
  const auto first = mask.flatten();
  CHECK((first.eq(0) | first.sub(1 / 0.75).abs().lt(1e-6)).all().item<bool>());
  CHECK(first.mean().item<double>() == Approx(1.0).margin(0.04));  // three standard errors of 4000 draws
  CHECK(nn::drop_path(ones, 0.25, /*training=*/false).equal(ones));
}

TEST_CASE("a position embedding keeps its class row and, on its own grid, everything", "[nn]") {
  const auto embedding = torch::randn({1 + 6, 8});
  CHECK(nn::resize_position_embedding(embedding, 2, 3, 2, 3).equal(embedding));
  const auto larger = nn::resize_position_embedding(embedding, 2, 3, 5, 4);
  CHECK(larger.sizes() == torch::IntArrayRef({21, 8}));
  CHECK(larger[0].equal(embedding[0]));
  CHECK_THROWS_AS(nn::resize_position_embedding(embedding, 3, 3, 5, 4), faceptor::Error);
}

TEST_CASE("the sine map of a rectangle puts y first and x second", "[nn]") {
  const auto map = nn::sine_position_map(3, 5, 8).reshape({3, 5, 8});
  CHECK(map.slice(2, 0, 4).select(1, 0).equal(map.slice(2, 0, 4).select(1, 4)));  // y's values don't change along a row
  CHECK(map.slice(2, 4, 8).select(0, 0).equal(map.slice(2, 4, 8).select(0, 2)));  // x's don't change down a column
  const double y = 0.5 / 3 * 6.283185307179586;
  CHECK(map[0][0][0].item<double>() == Approx(std::sin(y)).margin(1e-6));
  CHECK(map[0][0][1].item<double>() == Approx(std::cos(y)).margin(1e-6));
  CHECK_THROWS_AS(nn::sine_position_map(3, 5, 6), faceptor::Error);
}

TEST_CASE("a seed guard gives the generator back as it was", "[nn]") {
  torch::manual_seed(1);
  const auto expected = torch::rand({2, 3});
  torch::manual_seed(1);
  const auto first = torch::rand({1, 3});
  {
    const faceptor::SeedGuard guard(99);
    torch::rand({100});
  }
  CHECK(torch::cat({first, torch::rand({1, 3})}).equal(expected));
}

TEST_CASE("LibTorch's errors become this library's", "[nn]") {
  try {
    faceptor::guarded("adding", [] { return torch::ones({2}) + torch::ones({3}); });
    FAIL("no error");
  } catch (const faceptor::Error& e) {
    CHECK(std::string(e.what()).starts_with("adding failed"));
  }
  CHECK(faceptor::guarded("adding", [] { return 3; }) == 3);
}

TEST_CASE("Attention that is trained in bfloat16 on a CPU gives what it gives in float32", "[nn]") {
  torch::manual_seed(2);
  nn::Attention attention(nn::AttentionOptions(32, 4));
  const auto tokens = torch::randn({2, 9, 32});
  const auto way = torch::randn({2, 9, 32});
  const auto exact = tokens.clone().requires_grad_(true);
  const auto expected = attention->forward(exact);
  expected.backward(way);
  attention->to(torch::kBFloat16);
  const auto rounded = tokens.to(torch::kBFloat16).requires_grad_(true);
  const auto trained = attention->forward(rounded);
  trained.backward(way.to(torch::kBFloat16));
  // bfloat16 has eight bits: a hundredth of the largest number.
  const auto close = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a.to(torch::kFloat32) - b).abs().max().item<double>() < 0.02 * b.abs().max().item<double>();
  };
  CHECK(close(trained, expected.detach()));
  CHECK(close(rounded.grad(), exact.grad()));
  const torch::NoGradGuard no_grad;
  CHECK(torch::equal(attention->forward(rounded), trained));  // recomputed blocks count on it
}
