#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/published/impl/published_names_inl.hpp>
#include <faceptor/published/published_model.hpp>

namespace faceptor::published {
namespace detail {

/// Shapes by published name.
class PublishedShapes {
 public:
  explicit PublishedShapes(std::span<const files::TensorView> tensors) {
    for (const auto& tensor : tensors) {
      std::string name(without_module(tensor.name));
      if (name.starts_with("visual.")) name = "backbone_module." + name;
      shapes_.emplace(std::move(name), tensor.shape);
    }
  }

  bool any(std::string_view prefix) const {
    const auto found = shapes_.lower_bound(prefix);
    return found != shapes_.end() && std::string_view(found->first).starts_with(prefix);
  }

  std::int64_t size(const std::string& name, std::size_t axis, std::size_t rank) const {
    const auto found = shapes_.find(name);
    if (found == shapes_.end()) {
      throw Error(ErrorCode::mismatch, "weights: this is no published model")
          .expected("a tensor " + text::in_quotes(name))
          .found(shapes_.empty() ? std::string("no tensors")
                                 : fmt::format("{} tensors, such as {}", shapes_.size(), text::in_quotes(shapes_.begin()->first)))
          .hint("weights of other models can't be used; those of this program are .safetensors files that it wrote");
    }
    if (found->second.size() != rank) {
      throw Error(ErrorCode::mismatch, "weights: tensor " + text::in_quotes(name) + " has another rank than published ones")
          .expected(std::to_string(rank))
          .found(text::shape(found->second));
    }
    return found->second[axis];
  }

  std::int64_t size_or_zero(const std::string& name, std::size_t axis, std::size_t rank) const {
    return shapes_.find(name) == shapes_.end() ? 0 : size(name, axis, rank);
  }

  /// The parts that stand between a prefix and the next dot.
  std::set<std::string> parts(std::string_view prefix) const {
    std::set<std::string> found;
    for (auto i = shapes_.lower_bound(prefix); i != shapes_.end() && std::string_view(i->first).starts_with(prefix); ++i) {
      const auto rest = std::string_view(i->first).substr(prefix.size());
      found.emplace(rest.substr(0, rest.find('.')));
    }
    return found;
  }

  /// How many parts there are, which have to be 0, 1, 2, ...
  std::int64_t count(const std::string& prefix) const {
    const auto found = parts(prefix);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found.count(std::to_string(i)) == 0) {
        throw Error(ErrorCode::mismatch, "weights: a published model lacks a layer")
            .expected("tensors " + text::in_quotes(prefix + std::to_string(i)));
      }
    }
    return static_cast<std::int64_t>(found.size());
  }

 private:
  std::map<std::string, std::span<const std::int64_t>, std::less<>> shapes_;
};

FACEPTOR_INLINE void infer_backbone(const PublishedShapes& shapes, PublishedModel& model) {
  const std::string prefix = "backbone_module.visual.";
  model.width = shapes.size(prefix + "conv1.weight", 0, 4);
  model.patch = shapes.size(prefix + "conv1.weight", 3, 4);
  model.layers = shapes.count(prefix + "transformer.resblocks.");
  model.mlp = shapes.size(prefix + "transformer.resblocks.0.mlp.c_fc.weight", 0, 2);
  model.projection = shapes.size_or_zero(prefix + "proj", 1, 2);
  const auto tokens = shapes.size(prefix + "positional_embedding", 0, 2);
  model.grid = std::llround(std::sqrt(static_cast<double>(tokens - 1)));
  if (tokens < 2 || model.grid * model.grid != tokens - 1) {
    throw Error(ErrorCode::mismatch, "weights: the position embedding is of no square").found(std::to_string(tokens) + " tokens");
  }
  model.heads = std::max<std::int64_t>(1, model.width / 64);
}

FACEPTOR_INLINE void infer_decoder(const PublishedShapes& shapes, PublishedModel& model) {
  const std::string prefix = "heads_module.decoder.", interpreters = "heads_module.interpreters.";
  model.hidden = shapes.size(prefix + "adapt_pos2d.0.weight", 0, 2);
  model.ffn = shapes.size(prefix + "transformer_ffn_layers.0.linear1.weight", 0, 2);
  model.decoder_layers = shapes.count(prefix + "transformer_cross_attention_layers.");
  model.levels = shapes.size(prefix + "level_embed.weight", 0, 2);
  model.new_levels = shapes.size_or_zero(prefix + "new_level_embed.weight", 0, 2);
  for (const auto& task : shapes.parts(prefix + "query_feat.")) {
    model.queries[task] = shapes.size(prefix + "query_feat." + task + ".weight", 0, 2);
  }
  for (const auto& interpreter : shapes.parts(interpreters)) {
    model.interpreters.push_back(interpreter);
    if (interpreter.starts_with("feature")) model.embedding = shapes.size(interpreters + interpreter + ".head.2.weight", 0, 2);
  }
}

FACEPTOR_INLINE void infer_naive_heads(const PublishedShapes& shapes, PublishedModel& model) {
  const std::string heads = "heads_module.heads.";
  for (const auto& type : shapes.parts(heads)) {
    const auto prefix = heads + type + ".";
    auto& head = model.naive_heads[type];
    if (shapes.any(prefix + "fpns.")) {
      head.kind = PublishedHeadKind::dense;
      head.width = shapes.size(prefix + "head.conv_seg.weight", 1, 4);
      head.outputs[""] = shapes.size(prefix + "head.conv_seg.weight", 0, 4);
    } else if (shapes.any(prefix + "fcs.")) {
      head.kind = PublishedHeadKind::attributes;
      head.width = shapes.size(prefix + "feature.0.weight", 0, 2);
      for (const auto& task : shapes.parts(prefix + "fcs.")) head.outputs[task] = shapes.size(prefix + "fcs." + task + ".weight", 0, 2);
    } else {
      head.kind = PublishedHeadKind::embedding;
      head.width = shapes.size(prefix + "head.0.weight", 0, 2);
      model.embedding = shapes.size(prefix + "head.2.weight", 0, 2);
    }
  }
}

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(PublishedKind kind) {
  switch (kind) {
    case PublishedKind::farl: return "farl";
    case PublishedKind::naive: return "naive";
    case PublishedKind::faceptor: return "faceptor";
  }
  return "faceptor";
}

FACEPTOR_INLINE PublishedModel infer_published(std::span<const files::TensorView> tensors) {
  const detail::PublishedShapes shapes(tensors);
  PublishedModel model;
  detail::infer_backbone(shapes, model);
  if (shapes.any("heads_module.decoder.")) {
    model.kind = PublishedKind::faceptor;
    detail::infer_decoder(shapes, model);
  } else if (shapes.any("heads_module.heads.")) {
    model.kind = PublishedKind::naive;
    detail::infer_naive_heads(shapes, model);
  } else {
    model.kind = PublishedKind::farl;
  }
  for (const auto& task : shapes.parts("losses_module.losses.")) {
    if (const auto rows = shapes.size_or_zero("losses_module.losses." + task + ".classifier", 0, 2)) model.classes[task] = rows;
  }
  return model;
}

}  // namespace faceptor::published
