#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/decoder/query_decoder.hpp>

#include "support/torch_catch.hpp"

namespace decoder = faceptor::decoder;

namespace {

const std::vector<decoder::QuerySet> kSets = {{"a", 3}, {"b", 5}, {"c", 2}};

decoder::QueryDecoderOptions small() { return decoder::QueryDecoderOptions().hidden(16).heads(2).ffn(24).layers(2).levels({3}); }

faceptor::FeaturePyramid pyramid(std::initializer_list<int64_t> levels, int64_t batch = 2) {
  faceptor::FeaturePyramid made;
  for (const auto level : levels) made.add(level, torch::randn({batch, 12, 4, 3}));
  return made;
}

}  // namespace

TEST_CASE("a task's tokens don't depend on the tasks beside it", "[decoder]") {
  torch::manual_seed(5);
  decoder::QueryDecoder model(small(), std::vector<int64_t>{12}, kSets);
  const torch::NoGradGuard no_grad;
  const auto memory = model->make_memory(pyramid({3}));
  const std::vector<decoder::QueryRows> together = {{0, 2, {0, 1, 2}}};
  const auto joined = model->forward(memory, together).front();
  for (std::size_t i = 0; i < kSets.size(); ++i) {
    const std::vector<decoder::QueryRows> alone = {{0, 2, {i}}};
    const auto own = model->forward(memory, alone).front().front();
    CHECK(own.sizes() == torch::IntArrayRef({2, kSets[i].count, 16}));
    CHECK(joined[i].allclose(own, 1e-5, 1e-6));
  }
}

TEST_CASE("groups of rows give what each row gives alone", "[decoder]") {
  torch::manual_seed(6);
  decoder::QueryDecoder model(small(), std::vector<int64_t>{12}, kSets);
  const torch::NoGradGuard no_grad;
  const auto features = pyramid({3}, 5);
  const std::vector<decoder::QueryRows> groups = {{0, 2, {0}}, {2, 5, {1, 2}}};
  const auto tokens = model->forward(model->make_memory(features), groups);
  const std::vector<decoder::QueryRows> alone = {{0, 3, {1, 2}}};
  const auto own = model->forward(model->make_memory(features.rows(2, 5)), alone).front();
  CHECK(tokens[0][0].size(0) == 2);
  CHECK(tokens[1][0].allclose(own[0], 1e-5, 1e-6));
  CHECK(tokens[1][1].allclose(own[1], 1e-5, 1e-6));
}

TEST_CASE("new levels lengthen the memory and have weights of their own", "[decoder]") {
  decoder::QueryDecoder model(small().new_levels({0, 1}), std::vector<int64_t>{12, 12, 12}, kSets);
  const auto memory = model->make_memory(pyramid({0, 1, 3}));
  CHECK(memory.tokens.sizes() == torch::IntArrayRef({2, 36, 16}));
  CHECK(memory.source.sizes() == torch::IntArrayRef({2, 12, 16}));
  CHECK(model->levels() == std::vector<int64_t>{0, 1, 3});
  CHECK(model->named_parameters().contains("new_level_embed"));
  CHECK(model->named_parameters().contains("new_input_projections.1.weight"));
}

TEST_CASE("a trace tells which share of its attention each query gives each level", "[decoder]") {
  torch::manual_seed(8);
  decoder::QueryDecoder model(small().new_levels({0, 1}), std::vector<int64_t>{12, 12, 12}, kSets);
  const torch::NoGradGuard no_grad;
  const auto memory = model->make_memory(pyramid({0, 1, 3}));
  CHECK(memory.cells == std::vector<int64_t>{12, 12, 12});
  const std::vector<decoder::QueryRows> groups = {{0, 2, {0, 1, 2}}};
  std::vector<decoder::Trace> traces(1);
  model->forward(memory, groups, traces);
  REQUIRE(traces[0].level_shares.size() == 2);
  for (const auto& shares : traces[0].level_shares) {
    CHECK(shares.sizes() == torch::IntArrayRef({2, 10, 3}));
    CHECK(shares.sum(2).allclose(torch::ones({2, 10})));
  }
  // Of the last layer, the whole attention is known: level 3 stands first, as the first stage's.
  const auto of_first = traces[0].last_attention.narrow(2, 0, 12).sum(2);
  CHECK(traces[0].level_shares.back().select(2, 0).allclose(of_first));
}

TEST_CASE("features as wide as the decoder are not projected", "[decoder]") {
  decoder::QueryDecoder model(small().hidden(12), std::vector<int64_t>{12}, kSets);
  CHECK_FALSE(model->named_parameters().contains("input_projections.0.weight"));
  const auto features = pyramid({3});
  CHECK(model->make_memory(features).source.equal(features.tokens(3)));
}

TEST_CASE("a decoder that can't be is refused", "[decoder]") {
  CHECK_THROWS_AS(decoder::QueryDecoder(small().levels({}), std::vector<int64_t>{}, kSets), faceptor::Error);
  CHECK_THROWS_AS(decoder::QueryDecoder(small().map_level(7), std::vector<int64_t>{12}, kSets), faceptor::Error);
  CHECK_THROWS_AS(decoder::QueryDecoder(small().new_levels({3}), std::vector<int64_t>{12, 12}, kSets), faceptor::Error);
  CHECK_THROWS_AS(decoder::QueryDecoder(small().hidden(18), std::vector<int64_t>{12}, kSets), faceptor::Error);
  CHECK_THROWS_AS(decoder::QueryDecoder(small(), std::vector<int64_t>{12}, std::vector<decoder::QuerySet>{{"a", 0}}), faceptor::Error);
}

TEST_CASE("a clone of a decoder computes the same and shares nothing", "[decoder]") {
  decoder::QueryDecoder model(small(), std::vector<int64_t>{12}, kSets);
  const auto copy = std::dynamic_pointer_cast<decoder::QueryDecoderImpl>(model->clone());
  REQUIRE(copy);
  const torch::NoGradGuard no_grad;
  const auto features = pyramid({3});
  const std::vector<decoder::QueryRows> all = {{0, 2, {0, 1, 2}}};
  const auto before = model->forward(model->make_memory(features), all).front()[1];
  CHECK(copy->forward(copy->make_memory(features), all).front()[1].equal(before));
  for (auto& parameter : copy->parameters()) parameter.zero_();
  CHECK(model->forward(model->make_memory(features), all).front()[1].equal(before));
}

TEST_CASE("a decoder starts as the reference's: matrices normal by their fan in, the attentions' biases 0", "[decoder]") {
  torch::manual_seed(8);
  decoder::QueryDecoder model(small().hidden(64).heads(4).ffn(96), std::vector<int64_t>{12}, kSets);
  std::size_t matrices = 0, zero = 0, others = 0;
  for (const auto& parameter : model->layers->named_parameters()) {
    const auto& name = parameter.key();
    const auto value = parameter.value().detach();
    INFO(name);
    if (value.dim() > 1) {
      ++matrices;
      const auto n = static_cast<double>(value.numel());
      const double expected = 1 / std::sqrt(static_cast<double>(value.size(1)));
      CHECK(value.std().item<double>() == Approx(expected).epsilon(4 / std::sqrt(2 * n)));
      CHECK((value / expected).pow(4).mean().item<double>() == Approx(3).margin(4 * std::sqrt(96 / n)));  // normal; uniform: 1.8
    } else if (name.find("attention") != std::string::npos) {
      ++zero;
      CHECK(value.eq(0).all().item<bool>());
    } else if (name.find("ffn.") != std::string::npos) {
      ++others;  // as LibTorch starts a linear layer's
      CHECK(value.abs().max().item<double>() > 0);
    }
  }
  CHECK(matrices == 2 * 6);
  CHECK(zero == 2 * 4);
  CHECK(others == 2 * 2);
}
