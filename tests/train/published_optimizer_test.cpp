#include <nlohmann/json.hpp>

#include <faceptor/train/adamw.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/weights/model_file.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

struct Published {
  std::filesystem::path file;
  weights::LoadedModel loaded;
  std::vector<GroupedParameter> parameters;
};

Published open_published(const char* stage, const GroupRules& rules) {
  const auto folder = *golden::find(std::string("model/faceptor_tiny/") + stage);
  const auto config = golden::json(folder / "config.json");
  Published published{folder / config.at("checkpoint").get<std::string>(), {}, {}};
  published.loaded = weights::load_model(published.file, config);
  published.parameters = group_parameters(published.loaded.model->module(), rules);
  for (const auto& [name, tensor] : published.loaded.losses) {
    published.parameters.push_back({name, tensor, 10, 0.05, *rules.rule_for(name).frozen});
  }
  return published;
}

}  // namespace

TEST_CASE("A published checkpoint's optimizer is read by parameter, with its rates", "[train][published]") {
  if (!golden::find("model/faceptor_tiny")) FACEPTOR_SKIP("no golden model");
  const auto published = open_published("stage1", GroupRules::published());
  const auto checkpoint = files::Checkpoint::open(published.file);
  const auto state = published_optimizer_state(checkpoint, published.loaded.model->tasks(), published.parameters);
  AdamW optimizer(published.parameters);
  optimizer.load_state(state);
  const auto own = optimizer.state();
  CHECK(own.size() == state.size());
  std::size_t without = 0;
  for (const auto& parameter : published.parameters) {
    INFO(parameter.name);
    if (!own.contains(parameter.name + ".exp_avg")) {
      ++without;
      continue;
    }
    CHECK(own.at(parameter.name + ".exp_avg").sizes() == parameter.value.sizes());
    CHECK(own.at(parameter.name + ".exp_avg_sq").ge(0).all().item<bool>());
    CHECK(own.at(parameter.name + ".step").item<double>() >= 1);
    CHECK(optimizer.rate(parameter.name) == Approx(optimizer.rate("backbone.class_token") * parameter.multiplier).epsilon(1e-12));
  }
  CHECK(without == 3);  // norm_post and projection
}

TEST_CASE("The second stage's optimizer has only what it trains", "[train][published]") {
  if (!golden::find("model/faceptor_tiny")) FACEPTOR_SKIP("no golden model");
  const auto published = open_published("stage2", GroupRules::published_stage2());
  const auto checkpoint = files::Checkpoint::open(published.file);
  AdamW optimizer(published.parameters);
  const auto state = published_optimizer_state(checkpoint, published.loaded.model->tasks(), published.parameters);
  CHECK(state.contains("decoder.new_level_embed.exp_avg"));
  optimizer.load_state(state);
  for (const auto& [name, tensor] : state) CHECK(name.starts_with("decoder.new_"));

  // With the first stage's rules the same file doesn't fit: another number of parameters is trained.
  const auto other = group_parameters(published.loaded.model->module(), GroupRules::published());
  const auto error = error_of([&] { published_optimizer_state(checkpoint, published.loaded.model->tasks(), other); });
  CHECK(error.code() == ErrorCode::mismatch);
}
