#include <nlohmann/json.hpp>

#include <faceptor/weights/load_report.hpp>

#include "support/error_of.hpp"
#include "train/small_learner.hpp"

using namespace faceptor;
using namespace faceptor::train;

namespace {

/// What may differ of two states: everything else must be the same bit for bit.
void check_unchanged(const nn::NamedTensors& before, const nn::NamedTensors& after, std::initializer_list<const char*> trained) {
  std::size_t changed = 0;
  for (const auto& name : small::differing(after, before)) {
    INFO(name);
    bool allowed = name.starts_with("optimizer.");
    for (const auto* prefix : trained) allowed = allowed || name.starts_with(prefix);
    CHECK(allowed);
    changed += name.starts_with("optimizer.") ? 0 : 1;
  }
  CHECK(changed > 0);
}

}  // namespace

TEST_CASE("The second stage trains the new levels alone", "[train][stage2]") {
  // Stage 1, a little.
  Learner first(small::model());
  first.set_rate(1e-3);
  small::train_steps(first, 0, 1);

  // Stage 2 on one task: the new tables keep their start values, the other losses are dropped.
  auto decoder = small::decoder_options();
  auto model = small::model(small::tasks(), small::vit(0.2), decoder.new_levels({0, 2}));
  const auto report = weights::load_into(model->module(), first.state(), weights::Strictness::lenient);
  for (const auto& name : report.missing) CHECK(name.starts_with("decoder.new_"));
  CHECK(report.missing.size() == 5);
  Learner second(model, {.rules = GroupRules::published_stage2()});
  second.load_losses(first.losses_state());
  second.set_rate(1e-2);
  const auto before = small::snapshot(second);
  CHECK(torch::equal(before.at("backbone.class_token"), first.state().at("backbone.class_token")));
  for (std::uint64_t step = 0; step < 3; ++step) {
    // All tasks, identity included: its BatchNorm statistics and weights must stay, its class matrix may learn.
    REQUIRE(second.forward_backward(small::batch(second.model().tasks(), step)).finite);
    const auto update = second.apply();
    REQUIRE(update.applied);
    CHECK(update.module_norms.size() == 3);
    CHECK(update.module_norms.contains("decoder.new_level_embed"));
    CHECK(update.module_norms.contains("decoder.new_input_projections"));
    CHECK(update.module_norms.contains("losses"));
  }
  const auto after = small::snapshot(second);
  check_unchanged(before, after, {"decoder.new_level_embed", "decoder.new_input_projections.", "losses."});
  for (const auto* name : {"decoder.new_level_embed", "decoder.new_input_projections.0.weight", "losses.recog_ms1mv3.class_matrix"}) {
    CHECK_FALSE(torch::equal(after.at(name), before.at(name)));
  }
  CHECK(second.optimizer().rate("decoder.new_level_embed") == Approx(0.1));
  CHECK(second.optimizer().rate("losses.recog_ms1mv3.class_matrix") == Approx(0.01));
}

TEST_CASE("A model without new levels has nothing for the second stage", "[train][stage2]") {
  const auto error = error_of([] { Learner(small::model(), {.rules = GroupRules::published_stage2()}); });
  CHECK(error.where() == "decoder.new_level_embed");
}

TEST_CASE("Fine-tuning of one task: the backbone frozen, or slow", "[train][stage2]") {
  TaskList list;
  list.add(published::affect_rafdb());
  SECTION("frozen but for the task's own queries and its interpreter") {
    auto rules = GroupRules::published();
    from_json({{"*", "frozen"}, {"decoder.queries.affect_rafdb", "trained"}, {"interpreters.value", "trained"}}, rules);
    Learner learner(small::model(list), {.rules = rules});
    learner.set_rate(1e-2);
    const auto before = small::snapshot(learner);
    small::train_steps(learner, 0, 2);
    check_unchanged(before, small::snapshot(learner), {"decoder.queries.affect_rafdb.", "interpreters.value."});
  }
  SECTION("slow") {
    auto rules = GroupRules::published();
    from_json({{"backbone", 0.1}}, rules);
    Learner learner(small::model(list), {.rules = rules});
    learner.set_rate(1e-3);
    CHECK(learner.optimizer().rate("backbone.class_token") == Approx(1e-4));
    CHECK(learner.optimizer().rate("decoder.level_embed") == Approx(1e-2));
  }
  SECTION("the first blocks frozen") {
    Learner learner(small::model(list), {.rules = GroupRules::published().freeze_blocks(3)});
    learner.set_rate(1e-2);
    const auto before = small::snapshot(learner);
    small::train_steps(learner, 0, 2);
    check_unchanged(before, small::snapshot(learner), {"backbone.blocks.3.", "decoder.", "interpreters."});
  }
}
