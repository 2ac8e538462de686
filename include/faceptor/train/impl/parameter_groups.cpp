#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/train/parameter_groups.hpp>

namespace faceptor::train {
namespace {

/// "0-5" at the beginning of a part.
struct NumberRange {
  std::int64_t low = 0, high = 0;
  std::size_t length = 0;  ///< of its text
};

std::optional<std::int64_t> leading_number(std::string_view text, std::size_t& length) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  length = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || text.front() == '-') return std::nullopt;
  return value;
}

std::optional<NumberRange> number_range(std::string_view pattern) {
  NumberRange range;
  std::size_t first = 0, second = 0;
  const auto low = leading_number(pattern, first);
  if (!low || first >= pattern.size() || pattern[first] != '-') return std::nullopt;
  const auto high = leading_number(pattern.substr(first + 1), second);
  range.length = first + 1 + second;
  if (!high || (range.length < pattern.size() && pattern[range.length] != '.')) return std::nullopt;
  range.low = *low;
  range.high = *high;
  return range;
}

/// Whether the pattern fits all of the name. On a mismatch the last `*` takes one character more.
bool pattern_equals(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0;
  std::size_t after_star = pattern.npos, star_end = 0;
  while (n < name.size() || p < pattern.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_end = n;
      continue;
    }
    const bool part_begins = p < pattern.size() && (p == 0 || pattern[p - 1] == '.');
    if (const auto range = part_begins ? number_range(pattern.substr(p)) : std::nullopt; range) {
      std::size_t length = 0;
      const auto number = n < name.size() ? leading_number(name.substr(n), length) : std::nullopt;
      if (number && *number >= range->low && *number <= range->high) {
        p += range->length;
        n += length;
        continue;
      }
    } else if (p < pattern.size() && n < name.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
      continue;
    }
    if (after_star == pattern.npos || star_end >= name.size()) return false;
    p = after_star;
    n = ++star_end;
  }
  return true;
}

bool pattern_fits(std::string_view pattern, std::string_view name) {
  for (auto end = name.find('.'); end != name.npos; end = name.find('.', end + 1)) {
    if (pattern_equals(pattern, name.substr(0, end))) return true;
  }
  return pattern_equals(pattern, name);
}

inline constexpr std::array<std::string_view, 5> kGroups = {"backbone", "decoder", "interpreters", "heads", "losses"};

void expect_rule_number(const std::string& pattern, const char* what, const std::optional<double>& value) {
  if (!value || (*value >= 0 && std::isfinite(*value))) return;
  throw Error(ErrorCode::argument, fmt::format("train: the {} of a rule is out of range", what))
      .where(pattern)
      .expected("0 or more")
      .found(fmt::format("{:g}", *value));
}

GroupRule rule_from_json(const std::string& pattern, const nlohmann::json& json) {
  if (json.is_number()) return {.multiplier = json.get<double>()};
  if (json == "frozen") return {.frozen = true};
  if (json == "trained") return {.frozen = false};
  if (!json.is_object()) {
    throw Error(ErrorCode::argument, "train: a rule for parameters can't be read")
        .where(pattern)
        .expected("a multiplier, \"frozen\", \"trained\", or an object of multiplier, weight_decay, frozen")
        .found(json.dump());
  }
  GroupRule rule;
  read_fields(json, rule, {.who = "train: a rule for parameters", .at = pattern + ": "});
  return rule;
}

}  // namespace

GroupRules GroupRules::published() {
  GroupRules rules;
  rules.set("backbone", {.multiplier = 1.0});
  for (const auto* group : {"decoder", "interpreters", "heads", "losses"}) rules.set(group, {.multiplier = 10.0});
  return rules;
}

GroupRules GroupRules::published_naive() {
  GroupRules rules;
  rules.set("backbone", {.multiplier = 0.1}).set("heads", {.multiplier = 1.0}).set("losses", {.multiplier = 1.0});
  return rules;
}

GroupRules GroupRules::published_stage2() {
  GroupRules rules;
  rules.set("*", {.frozen = true});
  rules.set("decoder.new_level_embed", {.multiplier = 10.0, .frozen = false});
  rules.set("decoder.new_input_projections", {.multiplier = 10.0, .frozen = false});
  rules.set("losses", {.multiplier = 1.0, .frozen = false});
  return rules;
}

GroupRules& GroupRules::set(const std::string& pattern, const GroupRule& rule) {
  if (pattern.empty()) throw Error(ErrorCode::argument, "train: a rule for parameters needs a pattern").expected("such as \"backbone\"");
  expect_rule_number(pattern, "multiplier", rule.multiplier);
  expect_rule_number(pattern, "weight decay", rule.weight_decay);
  auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.pattern == pattern; });
  if (it == entries_.end()) it = entries_.insert(it, Entry{pattern, {}});
  if (rule.multiplier) it->rule.multiplier = rule.multiplier;
  if (rule.weight_decay) it->rule.weight_decay = rule.weight_decay;
  if (rule.frozen) it->rule.frozen = rule.frozen;
  return *this;
}

GroupRules& GroupRules::freeze_blocks(std::int64_t first) {
  for (const auto* before : {"class_token", "position_embedding", "patch_embedding", "norm_pre"}) {
    set(std::string("backbone.") + before, {.frozen = true});
  }
  if (first > 0) set("backbone.blocks.0-" + std::to_string(first - 1), {.frozen = true});
  return *this;
}

GroupRule GroupRules::rule_for(std::string_view name) const {
  constexpr double kMultiplier = 1.0, kWeightDecay = 0.05;
  GroupRule found{kMultiplier, kWeightDecay, false};
  std::size_t multiplier = 0, weight_decay = 0, frozen = 0;  // lengths of the patterns that they come from
  for (const auto& [pattern, rule] : entries_) {
    if (!pattern_fits(pattern, name)) continue;
    const auto take = [&](const auto& from, auto& to, std::size_t& length) {
      if (!from || pattern.size() < length) return;
      to = from;
      length = pattern.size();
    };
    take(rule.multiplier, found.multiplier, multiplier);
    take(rule.weight_decay, found.weight_decay, weight_decay);
    take(rule.frozen, found.frozen, frozen);
  }
  return found;
}

void to_json(nlohmann::json& json, const GroupRules& rules) {
  json = nlohmann::json::object();
  for (const auto& [pattern, rule] : rules.entries()) json[pattern] = write_fields(rule);
}

void from_json(const nlohmann::json& json, GroupRules& rules) {
  if (!json.is_object()) {
    throw Error(ErrorCode::argument, "train: rules for parameters are an object")
        .expected("patterns of names and what holds for them, such as {\"backbone\": 0.1}")
        .found(json.type_name());
  }
  GroupRules read = rules;
  for (const auto& [pattern, value] : json.items()) read.set(pattern, rule_from_json(pattern, value));
  rules = std::move(read);
}

std::vector<GroupedParameter> group_parameters(const torch::nn::Module& module, const GroupRules& rules, const std::string& prefix) {
  std::vector<GroupedParameter> parameters;
  std::set<const void*> seen;
  for (const auto& item : module.named_parameters()) {
    if (!seen.insert(item.value().unsafeGetTensorImpl()).second) continue;
    GroupedParameter parameter{.name = prefix + item.key(), .value = item.value()};
    const auto rule = rules.rule_for(parameter.name);
    parameter.multiplier = *rule.multiplier;
    parameter.weight_decay = *rule.weight_decay;
    parameter.frozen = *rule.frozen;
    parameter.value.requires_grad_(!parameter.frozen);
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

void expect_rules_used(const GroupRules& rules, const std::vector<GroupedParameter>& parameters) {
  for (const auto& [pattern, rule] : rules.entries()) {
    if (std::find(kGroups.begin(), kGroups.end(), pattern) != kGroups.end()) continue;
    const auto fits = [&](const GroupedParameter& parameter) { return pattern_fits(pattern, parameter.name); };
    if (std::any_of(parameters.begin(), parameters.end(), fits)) continue;
    std::set<std::string> known;
    for (const auto& parameter : parameters) {
      for (auto end = parameter.name.find('.'); end != std::string::npos; end = parameter.name.find('.', end + 1)) {
        known.insert(parameter.name.substr(0, end));
      }
      known.insert(parameter.name);
    }
    const auto nearest = text::closest(pattern, std::vector<std::string>(known.begin(), known.end()));
    throw Error(ErrorCode::argument, "train: a rule fits no parameter")
        .where(pattern)
        .hint(nearest.empty() ? "names are those of the model's tensors, such as \"" + parameters.front().name + "\""
                              : "did you mean \"" + nearest + "\"?");
  }
}

}  // namespace faceptor::train
