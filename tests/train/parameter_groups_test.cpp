#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include <faceptor/losses/identity.hpp>
#include <faceptor/published/published_names.hpp>
#include <faceptor/train/parameter_groups.hpp>
#include <faceptor/train/published_optimizer.hpp>
#include <faceptor/weights/model_file.hpp>

#include "support/error_of.hpp"
#include "support/golden.hpp"
#include "support/torch_catch.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

/// What the rules say of each parameter of a golden model, under its published name, against the reference; and its order.
void check_groups(const std::string& folder, const nlohmann::json& reference, const GroupRules& rules) {
  const auto path = *golden::find("model/" + folder);
  const auto config = golden::json(path / "config.json");
  const auto file = path / config.value("checkpoint", std::string("checkpoint_rank0_iter_100.pth.tar"));
  const auto loaded = weights::load_model(file, config);
  auto parameters = group_parameters(loaded.model->module(), rules);
  for (const auto& [name, tensor] : loaded.losses) {
    const auto rule = rules.rule_for(name);
    parameters.push_back({name, tensor, *rule.multiplier, *rule.weight_decay, *rule.frozen});
  }

  // Through the tables of names go tensors that say what holds for their parameter: where several of ours are one there, too.
  nn::NamedTensors multipliers, decays;
  for (const auto& parameter : parameters) {
    if (parameter.frozen) continue;
    multipliers.emplace(parameter.name, torch::full_like(parameter.value, parameter.multiplier, torch::kFloat64));
    decays.emplace(parameter.name, torch::full_like(parameter.value, parameter.weight_decay, torch::kFloat64));
  }
  const auto tasks = weights::published_tasks_of(loaded.model->tasks());
  auto published = published::to_published(multipliers, tasks);
  const auto published_decays = published::to_published(decays, tasks);
  const auto back = published::from_published(published, tasks);
  REQUIRE(back.size() == multipliers.size());
  for (const auto& [name, tensor] : multipliers) CHECK(torch::equal(back.at(name), tensor));

  std::vector<std::string> order;
  for (const auto& name : published_parameters(files::Checkpoint::open(file))) {
    if (published.contains(name)) order.push_back(name);
  }
  REQUIRE(order.size() == reference.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    INFO(order[i]);
    CHECK(order[i] == reference[i].at("name").get<std::string>());
    CHECK(published.at(order[i]).eq(reference[i].at("multiplier").get<double>()).all().item<bool>());
    CHECK(published_decays.at(order[i]).eq(reference[i].at("weight_decay").get<double>()).all().item<bool>());
  }
}

double multiplier(const GroupRules& rules, const char* name) { return *rules.rule_for(name).multiplier; }
bool frozen(const GroupRules& rules, const char* name) { return *rules.rule_for(name).frozen; }

}  // namespace

TEST_CASE("Multipliers, decay and order of parameters are the reference's, both stages and Naive", "[train][groups][golden]") {
  const auto path = golden::find("model/schedule/parameter_groups.json");
  if (!path) FACEPTOR_SKIP("no golden parameter groups");
  const auto reference = golden::json(*path);
  check_groups("faceptor_tiny/stage1", reference.at("stage1"), GroupRules::published());
  check_groups("faceptor_tiny/stage2", reference.at("stage2"), GroupRules::published_stage2());
  check_groups("naive_tiny", reference.at("naive"), GroupRules::published_naive());
}

TEST_CASE("The longest pattern that fits decides, each setting for itself", "[train][groups]") {
  GroupRules rules = GroupRules::published();
  rules.set("backbone.blocks.11", {.multiplier = 3.0}).set("backbone", {.frozen = true}).set("*.bias", {.weight_decay = 0.0});
  CHECK(multiplier(rules, "backbone.class_token") == 1);
  CHECK(multiplier(rules, "backbone.blocks.11.norm1.bias") == 3);
  CHECK(multiplier(rules, "backbone.blocks.1.norm1.bias") == 1);
  CHECK(multiplier(rules, "backboned") == 1);
  CHECK(frozen(rules, "backbone.blocks.11.norm1.bias"));
  CHECK_FALSE(frozen(rules, "decoder.level_embed"));
  CHECK(*rules.rule_for("decoder.layers.0.ffn.fc1.bias").weight_decay == 0);
  CHECK(*rules.rule_for("decoder.layers.0.ffn.fc1.weight").weight_decay == 0.05);
  CHECK(multiplier(rules, "decoder.level_embed") == 10);
  rules.set("*", {.multiplier = 7.0});
  CHECK(multiplier(rules, "decoder.level_embed") == 10);
  CHECK(multiplier(rules, "other") == 7);
}

TEST_CASE("Patterns have stars and ranges of numbers", "[train][groups]") {
  GroupRules rules;
  rules.set("a.*.c", {.multiplier = 2.0})
      .set("b.3-12", {.multiplier = 3.0})
      .set("*x*y*", {.multiplier = 4.0})
      .set("c.300w-lp", {.multiplier = 5.0});
  CHECK(multiplier(rules, "a.b.c") == 2);
  CHECK(multiplier(rules, "a.b.b.c.weight") == 2);
  CHECK(multiplier(rules, "a.c") == 1);
  CHECK(multiplier(rules, "a.b.cc") == 1);
  CHECK(multiplier(rules, "b.3.weight") == 3);
  CHECK(multiplier(rules, "b.12") == 3);
  CHECK(multiplier(rules, "b.2") == 1);
  CHECK(multiplier(rules, "b.13") == 1);
  CHECK(multiplier(rules, "b.three") == 1);
  CHECK(multiplier(rules, "b") == 1);
  CHECK(multiplier(rules, "1x2y") == 4);
  CHECK(multiplier(rules, "y.x") == 1);
  CHECK(multiplier(rules, "c.300w-lp.feat") == 5);
  const std::string long_name(4000, 'x');  // must not take forever
  CHECK(multiplier(rules, long_name.c_str()) == 1);
  GroupRules blocks;
  blocks.freeze_blocks(6);
  CHECK(frozen(blocks, "backbone.patch_embedding.weight"));
  CHECK(frozen(blocks, "backbone.blocks.5.mlp.fc1.weight"));
  CHECK_FALSE(frozen(blocks, "backbone.blocks.6.mlp.fc1.weight"));
  CHECK_FALSE(frozen(blocks, "decoder.level_embed"));
}

TEST_CASE("Rules are JSON, and say what is wrong with them", "[train][groups]") {
  auto rules = GroupRules::published();
  from_json({{"backbone", 0.1}, {"decoder", "frozen"}, {"decoder.queries", "trained"}, {"*.bias", {{"weight_decay", 0}}}}, rules);
  CHECK(multiplier(rules, "backbone.class_token") == 0.1);
  CHECK(frozen(rules, "decoder.level_embed"));
  CHECK_FALSE(frozen(rules, "decoder.queries.age.feat"));
  CHECK(multiplier(rules, "decoder.queries.age.feat") == 10);
  GroupRules again;
  from_json(nlohmann::json(rules), again);
  CHECK(nlohmann::json(again) == nlohmann::json(rules));

  const auto refused = [](const nlohmann::json& json) { return error_of([&] { json.get<GroupRules>(); }); };
  CHECK(refused({{"backbone", "freeze"}}).where() == "backbone");
  CHECK(refused({{"backbone", -1}}).where() == "backbone");
  CHECK(refused({{"backbone", {{"multiplyer", 1}}}}).hint() == "did you mean \"multiplier\"?");
  CHECK(refused({{"backbone", {{"frozen", 1}}}}).where() == "backbone: frozen");
  CHECK(refused({{"", 1}}).code() == ErrorCode::argument);
  CHECK(refused(3).found() == "number");
}

TEST_CASE("Parameters come in the order of the module tree, shared ones once, and are frozen as ruled", "[train][groups]") {
  struct Shared : torch::nn::Module {
    Shared() {
      child = register_module("child", torch::nn::Linear(2, 2));
      own = register_parameter("own", torch::ones({2}));
      again = register_module("again", torch::nn::Linear(2, 2));
      again->weight = again->register_parameter("tied", child->weight);
    }
    torch::nn::Linear child{nullptr}, again{nullptr};
    torch::Tensor own;
  } module;
  GroupRules rules;
  rules.set("x.child", {.frozen = true});
  const auto parameters = group_parameters(module, rules, "x.");
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  CHECK(names == std::vector<std::string>{"x.own", "x.child.weight", "x.child.bias", "x.again.weight", "x.again.bias"});
  CHECK(parameters[0].group() == "x");
  CHECK(module.own.requires_grad());
  CHECK_FALSE(module.child->bias.requires_grad());

  expect_rules_used(rules, parameters);
  CHECK(error_of([&] { expect_rules_used(GroupRules().set("x.chlid", {.frozen = true}), parameters); }).hint() ==
        "did you mean \"x.child\"?");
  expect_rules_used(GroupRules::published(), parameters);  // groups that a model hasn't are no slip
}
