#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

/// Which parameters are trained, and how fast.
///
///     GroupRules rules = GroupRules::published();           // backbone x 1; decoder, interpreters, heads, losses x 10
///     rules.set("backbone", {.frozen = true});              // ... but leave the backbone as it is
///     rules.set("*.bias", {.weight_decay = 0.0});
///     auto parameters = group_parameters(*model, rules);
///
/// As JSON, in a configuration: {"backbone": 0.1, "decoder": "frozen", "*.bias": {"weight_decay": 0}}.
namespace faceptor::train {

/// What a rule says; what it doesn't say is left to other rules.
struct GroupRule {
  std::optional<double> multiplier{};    ///< of the schedule's rate; 0 or more
  std::optional<double> weight_decay{};  ///< 0 or more
  std::optional<bool> frozen{};          ///< neither trained nor decayed, its BatchNorm statistics kept

  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("multiplier", multiplier);
    visit("weight_decay", weight_decay);
    visit("frozen", frozen);
  }
};

/// Rules by pattern. Of the rules that fit a parameter's name, each setting is taken from the longest pattern that has it, so their
/// order doesn't matter: "backbone.blocks.11" says more than "backbone".
///
/// A pattern fits a name that it equals or that continues it at a dot: "decoder" fits "decoder.level_embed". `*` stands for any
/// characters ("*.bias"), and a part like `0-5` for each of these numbers ("backbone.blocks.0-5").
/// Names are the library's own, as in weights files; those of losses begin with "losses.TASK.".
class GroupRules {
 public:
  /// Everything trained at the schedule's rate, with decay 0.05.
  GroupRules() = default;

  /// Backbone 1; decoder, interpreters and losses 10.
  static GroupRules published();
  /// Backbone 0.1; heads and losses 1.
  static GroupRules published_naive();
  /// Layer-Attention, the second stage: only the decoder's new level embeddings and projections (10) and the losses (1) are trained.
  static GroupRules published_stage2();

  /// Adds a rule, or to the rule of that pattern. @throws Error(argument)  for numbers out of range or an empty pattern
  GroupRules& set(const std::string& pattern, const GroupRule& rule);
  /// Freezes the backbone's first blocks and all that comes before them: what is general in it stays.
  GroupRules& freeze_blocks(std::int64_t first);

  /// What holds for a parameter: all fields are set.
  GroupRule rule_for(std::string_view name) const;

  struct Entry {
    std::string pattern;
    GroupRule rule;
  };
  const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

/// By pattern a multiplier, "frozen", "trained", or an object of "multiplier", "weight_decay", "frozen".
void to_json(nlohmann::json& json, const GroupRules& rules);
/// Adds to the rules given. @throws Error(argument)  for anything else
void from_json(const nlohmann::json& json, GroupRules& rules);

/// A parameter and what holds for it.
struct GroupedParameter {
  std::string name;     ///< "backbone.blocks.0.norm1.weight", "losses.recog_ms1mv3.class_matrix"
  torch::Tensor value;  ///< the module's own tensor, not a copy
  double multiplier = 1;
  double weight_decay = 0.05;
  bool frozen = false;

  /// The first part of its name: "backbone", "decoder", "interpreters", "heads" or "losses".
  std::string_view group() const { return std::string_view(name).substr(0, name.find('.')); }
};

/// A module's parameters in the order of the module tree: a module's own before its children's, shared ones once.
/// Sets `requires_grad` as the rules say.
/// @param prefix  in front of each name: "losses.recog_ms1mv3."
std::vector<GroupedParameter> group_parameters(const torch::nn::Module& module, const GroupRules& rules, const std::string& prefix = {});

/// @throws Error(argument)  for a rule that fits none of the parameters: it was probably misspelled. Rules for the groups that
///                          some models don't have are never one
void expect_rules_used(const GroupRules& rules, const std::vector<GroupedParameter>& parameters);

}  // namespace faceptor::train
