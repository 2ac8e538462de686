#include <faceptor/model/layer_attention.hpp>

#include "analyze/small_analyzer.hpp"

using namespace faceptor;

TEST_CASE("layer attention says which share each level gets, of tasks with queries", "[model][attention]") {
  const auto decoder = analyze_test::small_decoder().new_levels({0, 2});
  auto loaded =
      analyze_test::made({{"kind", "faceptor"}, {"backbone", analyze_test::small_vit().to_json()}, {"decoder", decoder.to_json()}},
                         analyze_test::small_tasks());
  auto& model = *loaded.model;
  model.module().eval();
  const SeedGuard seed(4);
  const auto images = torch::randn({3, 3, 32, 32});
  const auto task = model.tasks().index("affect_rafdb");

  const auto attention = layer_attention(model, images, task);
  REQUIRE(attention);
  CHECK(attention->levels == std::vector<std::int64_t>{0, 2, 3});
  CHECK(attention->shares.sizes() == torch::IntArrayRef({3, 2, 3}));
  CHECK(attention->shares.sum(2).allclose(torch::ones({3, 2}, torch::kFloat64)));
  CHECK_FALSE(attention->shares[0].allclose(attention->shares[1], 1e-6, 1e-9));  // it depends on the picture

  // Keys of level 3 are moved to where the queries look: its share rises.
  {
    const torch::NoGradGuard no_grad;
    auto parameters = model.module().named_parameters();
    const auto weight = parameters["decoder.layers.0.cross_attention.in_proj.weight"];  // queries, keys, values: 3 x hidden rows
    const auto hidden = weight.size(1);
    const auto query = parameters["decoder.queries.affect_rafdb.feat"] + parameters["decoder.queries.affect_rafdb.embed"];
    const auto asked = query.mean(0).matmul(weight.narrow(0, 0, hidden).t());  // what the mean query asks for
    parameters["decoder.level_embed"].add_(10 * asked.matmul(weight.narrow(0, hidden, hidden)));
  }
  const auto moved = layer_attention(model, images, task);
  CHECK(moved->shares.select(1, 0).select(1, 2).mean().item<double>() >
        attention->shares.select(1, 0).select(1, 2).mean().item<double>() + 0.2);

  CHECK_FALSE(layer_attention(model, images, model.tasks().index("recog_ms1mv3")));  // reads the backbone
  const auto naive = analyze_test::small_model(true);
  CHECK_FALSE(layer_attention(*naive.model, images, naive.model->tasks().index("affect_rafdb")));
}
