#pragma once

#include <array>
#include <span>
#include <utility>
#include <vector>

#include <faceptor/published/published_names.hpp>

namespace faceptor::published {
namespace detail {

/// # is a number and @ a part without dots; $ is the embedding task. They stand in the same order on both sides.
struct NameRule {
  std::string_view published, ours;
};

FACEPTOR_INLINE std::span<const NameRule> name_rules() {
  static constexpr NameRule kRules[] = {
      {"backbone_module.visual.class_embedding", "backbone.class_token"},
      {"backbone_module.visual.positional_embedding", "backbone.position_embedding"},
      {"backbone_module.visual.conv1.weight", "backbone.patch_embedding.weight"},
      {"backbone_module.visual.ln_pre.@", "backbone.norm_pre.@"},
      {"backbone_module.visual.ln_post.@", "backbone.norm_post.@"},
      {"backbone_module.visual.proj", "backbone.projection"},
      {"backbone_module.visual.transformer.resblocks.#.ln_1.@", "backbone.blocks.#.norm1.@"},
      {"backbone_module.visual.transformer.resblocks.#.ln_2.@", "backbone.blocks.#.norm2.@"},
      {"backbone_module.visual.transformer.resblocks.#.attn.in_proj_weight", "backbone.blocks.#.attention.in_proj.weight"},
      {"backbone_module.visual.transformer.resblocks.#.attn.in_proj_bias", "backbone.blocks.#.attention.in_proj.bias"},
      {"backbone_module.visual.transformer.resblocks.#.attn.out_proj.@", "backbone.blocks.#.attention.out_proj.@"},
      {"backbone_module.visual.transformer.resblocks.#.mlp.c_fc.@", "backbone.blocks.#.mlp.fc1.@"},
      {"backbone_module.visual.transformer.resblocks.#.mlp.c_proj.@", "backbone.blocks.#.mlp.fc2.@"},

      {"heads_module.decoder.query_feat.@.weight", "decoder.queries.@.feat"},
      {"heads_module.decoder.query_embed.@.weight", "decoder.queries.@.embed"},
      {"heads_module.decoder.level_embed.weight", "decoder.level_embed"},
      {"heads_module.decoder.new_level_embed.weight", "decoder.new_level_embed"},
      {"heads_module.decoder.input_proj.#.@", "decoder.input_projections.#.@"},
      {"heads_module.decoder.new_input_proj.#.@", "decoder.new_input_projections.#.@"},
      {"heads_module.decoder.adapt_pos2d.0.@", "decoder.position_map.fc1.@"},
      {"heads_module.decoder.adapt_pos2d.2.@", "decoder.position_map.fc2.@"},
      {"heads_module.decoder.transformer_cross_attention_layers.#.multihead_attn.in_proj_weight",
       "decoder.layers.#.cross_attention.in_proj.weight"},
      {"heads_module.decoder.transformer_cross_attention_layers.#.multihead_attn.in_proj_bias",
       "decoder.layers.#.cross_attention.in_proj.bias"},
      {"heads_module.decoder.transformer_cross_attention_layers.#.multihead_attn.out_proj.@",
       "decoder.layers.#.cross_attention.out_proj.@"},
      {"heads_module.decoder.transformer_cross_attention_layers.#.norm.@", "decoder.layers.#.cross_norm.@"},
      {"heads_module.decoder.transformer_self_attention_layers.#.self_attn.in_proj_weight",
       "decoder.layers.#.self_attention.in_proj.weight"},
      {"heads_module.decoder.transformer_self_attention_layers.#.self_attn.in_proj_bias", "decoder.layers.#.self_attention.in_proj.bias"},
      {"heads_module.decoder.transformer_self_attention_layers.#.self_attn.out_proj.@", "decoder.layers.#.self_attention.out_proj.@"},
      {"heads_module.decoder.transformer_self_attention_layers.#.norm.@", "decoder.layers.#.self_norm.@"},
      {"heads_module.decoder.transformer_ffn_layers.#.linear1.@", "decoder.layers.#.ffn.fc1.@"},
      {"heads_module.decoder.transformer_ffn_layers.#.linear2.@", "decoder.layers.#.ffn.fc2.@"},
      {"heads_module.decoder.transformer_ffn_layers.#.norm.@", "decoder.layers.#.ffn_norm.@"},

      {"heads_module.interpreters.value.fc.@", "interpreters.value.fc.@"},
      {"heads_module.interpreters.map_v2.mask_embed.layers.#.@", "interpreters.map_v2.token_mlp.#.@"},
      {"heads_module.interpreters.@.mask_map.0.@", "interpreters.@.pixel_decoder.upsample1.@"},
      {"heads_module.interpreters.@.mask_map.1.@", "interpreters.@.pixel_decoder.norm.@"},
      {"heads_module.interpreters.@.mask_map.3.@", "interpreters.@.pixel_decoder.upsample2.@"},
      {"heads_module.interpreters.feature_v2.norm.@", "interpreters.feature_v2.norm.@"},
      {"heads_module.interpreters.@.head.0.weight", "interpreters.@.fc.weight"},
      {"heads_module.interpreters.@.head.1.@", "interpreters.@.batch_norm.@"},
      {"heads_module.interpreters.@.head.2.weight", "interpreters.@.outputs.$.fc.weight"},
      {"heads_module.interpreters.@.head.3.@", "interpreters.@.outputs.$.batch_norm.@"},

      {"heads_module.heads.@.norm.@", "heads.@.norm.@"},
      {"heads_module.heads.@.head.0.weight", "heads.@.fc.weight"},
      {"heads_module.heads.@.head.1.@", "heads.@.batch_norm.@"},
      {"heads_module.heads.@.head.2.weight", "heads.@.outputs.$.fc.weight"},
      {"heads_module.heads.@.head.3.@", "heads.@.outputs.$.batch_norm.@"},
      {"heads_module.heads.@.conv.#.weight", "heads.@.convs.#.weight"},
      {"heads_module.heads.@.channel_attention.mlp.1.@", "heads.@.channel_attention.fc1.@"},
      {"heads_module.heads.@.channel_attention.mlp.3.@", "heads.@.channel_attention.fc2.@"},
      {"heads_module.heads.@.feature.0.@", "heads.@.fc1.@"},
      {"heads_module.heads.@.feature.3.@", "heads.@.fc2.@"},
      {"heads_module.heads.@.fcs.@.@", "heads.@.outputs.@.@"},
      {"heads_module.heads.@.fpns.0.0.@", "heads.@.pyramid.0.upsample1.@"},
      {"heads_module.heads.@.fpns.0.1.@", "heads.@.pyramid.0.norm.@"},
      {"heads_module.heads.@.fpns.0.3.@", "heads.@.pyramid.0.upsample2.@"},
      {"heads_module.heads.@.fpns.1.@", "heads.@.pyramid.1.upsample1.@"},
      {"heads_module.heads.@.head.psp_modules.#.1.conv.@", "heads.@.pooling.#.conv.@"},
      {"heads_module.heads.@.head.psp_modules.#.1.bn.@", "heads.@.pooling.#.norm.@"},
      {"heads_module.heads.@.head.bottleneck.conv.@", "heads.@.bottleneck.conv.@"},
      {"heads_module.heads.@.head.bottleneck.bn.@", "heads.@.bottleneck.norm.@"},
      {"heads_module.heads.@.head.lateral_convs.#.conv.@", "heads.@.laterals.#.conv.@"},
      {"heads_module.heads.@.head.lateral_convs.#.bn.@", "heads.@.laterals.#.norm.@"},
      {"heads_module.heads.@.head.fpn_convs.#.conv.@", "heads.@.smooths.#.conv.@"},
      {"heads_module.heads.@.head.fpn_convs.#.bn.@", "heads.@.smooths.#.norm.@"},
      {"heads_module.heads.@.head.fpn_bottleneck.conv.@", "heads.@.fusion.conv.@"},
      {"heads_module.heads.@.head.fpn_bottleneck.bn.@", "heads.@.fusion.norm.@"},

      {"losses_module.losses.@.classifier", "losses.@.class_matrix"},
  };
  return kRules;
}

/// What # and @ stand for, if the name has the pattern's form.
FACEPTOR_INLINE std::optional<std::vector<std::string_view>> match_name(std::string_view pattern, std::string_view name,
                                                                        std::string_view task) {
  std::vector<std::string_view> parts;
  while (!pattern.empty()) {
    if (pattern[0] == '#' || pattern[0] == '@') {
      const auto part = name.substr(0, name.find('.'));
      if (part.empty() || (pattern[0] == '#' && part.find_first_not_of("0123456789") != part.npos)) return std::nullopt;
      parts.push_back(part);
      name.remove_prefix(part.size());
    } else if (pattern[0] == '$') {
      if (task.empty() || !name.starts_with(task)) return std::nullopt;
      name.remove_prefix(task.size());
    } else {
      if (name.empty() || name[0] != pattern[0]) return std::nullopt;
      name.remove_prefix(1);
    }
    pattern.remove_prefix(1);
  }
  if (!name.empty()) return std::nullopt;
  return parts;
}

FACEPTOR_INLINE std::string fill_name(std::string_view pattern, const std::vector<std::string_view>& parts, std::string_view task) {
  std::string name;
  std::size_t next = 0;
  for (const char c : pattern) {
    if (c == '#' || c == '@')
      name += parts.at(next++);
    else if (c == '$')
      name += task;
    else
      name += c;
  }
  return name;
}

}  // namespace detail

FACEPTOR_INLINE std::string_view without_module(std::string_view published) {
  // As DistributedDataParallel, torch.compile and Lightning's modules put them before a model's names, one before the other.
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view prefix : {"module.", "_orig_mod.", "model."}) {
      if (!published.starts_with(prefix)) continue;
      published.remove_prefix(prefix.size());
      found = true;
    }
  }
  return published;
}

FACEPTOR_INLINE bool is_text_tower(std::string_view published) {
  const auto name = without_module(published);
  for (const std::string_view other : {"transformer.", "token_embedding.", "ln_final."}) {
    if (name.starts_with(other)) return true;
  }
  return name == "positional_embedding" || name == "text_projection" || name == "logit_scale";
}

FACEPTOR_INLINE std::optional<std::string> name_from_published(std::string_view published, std::string_view embedding_task) {
  std::string name(without_module(published));
  if (name.starts_with("visual.")) name = "backbone_module." + name;
  for (const auto& rule : detail::name_rules()) {
    if (embedding_task.empty() && rule.ours.find('$') != rule.ours.npos) continue;
    if (const auto parts = detail::match_name(rule.published, name, embedding_task))
      return detail::fill_name(rule.ours, *parts, embedding_task);
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::optional<std::string> name_to_published(std::string_view ours, std::string_view embedding_task) {
  for (const auto& rule : detail::name_rules()) {
    if (const auto parts = detail::match_name(rule.ours, ours, embedding_task))
      return detail::fill_name(rule.published, *parts, embedding_task);
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::optional<std::string> repeated_name(std::string_view published) {
  constexpr std::string_view kPattern = "heads_module.interpreters.@.mask_map.1.@";
  const auto parts = detail::match_name(kPattern, published, {});
  if (!parts) return std::nullopt;
  return detail::fill_name("heads_module.interpreters.@.mask_map.1.ln.@", *parts, {});
}

}  // namespace faceptor::published
