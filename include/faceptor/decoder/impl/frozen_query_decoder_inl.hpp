#pragma once

#include <ATen/record_function.h>

#include <optional>
#include <utility>
#include <vector>

#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::decoder::detail {

/// `QueryDecoder` for inference: packed weights, each residual added by the kernel of its product, positions made once a grid, and the
/// first layer's queries, which are the same for every image, projected once a batch.
class FrozenQueryDecoder : public Decoder {
 public:
  FrozenQueryDecoder(const QueryDecoderImpl& decoder, nn::Precision precision);

  const std::vector<int64_t>& levels() const override { return all_levels_; }
  Memory make_memory(const FeaturePyramid& pyramid) override;
  std::vector<std::vector<torch::Tensor>> forward(const Memory& memory, std::span<const QueryRows> groups,
                                                  std::span<Trace> traces = {}) override;

 private:
  struct Level {
    int64_t level;
    std::optional<nn::FrozenLinear> projection;  // none where the width is `hidden`
    torch::Tensor embed;                         // hidden
  };
  struct Layer {
    nn::FrozenLinear cross_queries, cross_keys, cross_values, cross_out;
    nn::FrozenLinear self_queries_and_keys, self_values, self_out;
    nn::FrozenMlp ffn;
    nn::FrozenNorm cross_norm, self_norm, ffn_norm;
  };
  struct Queries {
    torch::Tensor feat, embed;  // Q x hidden
  };
  struct State {
    torch::Tensor tokens;     // rows x Q x hidden; 1 x Q x hidden before the first layer
    torch::Tensor positions;  // Q x hidden
    std::vector<int64_t> counts;
  };

  void add_level(int64_t level, std::size_t j, const torch::nn::ModuleDict& projections, const torch::Tensor& embeds,
                 nn::Precision precision);
  /// Sine-cosine map and its two layers. @return HW x hidden
  torch::Tensor positions(int64_t rows, int64_t columns) const;
  /// B x L x D -> B x heads x L x d, a view
  torch::Tensor to_heads(const torch::Tensor& projected) const {
    return projected.unflatten(-1, {options_.heads(), options_.hidden() / options_.heads()}).transpose(1, 2);
  }
  State start(const QueryRows& group) const;
  torch::Tensor self_attend(const Layer& layer, const State& state) const;

  QueryDecoderOptions options_;
  std::vector<int64_t> all_levels_;
  std::vector<Level> parts_;  // in the order in which they stand in the memory
  nn::FrozenLinear position1_, position2_;
  torch::TensorOptions numbers_;
  nn::GridCache positions_;
  std::vector<Layer> layers_;
  std::vector<Queries> queries_;
};

FACEPTOR_INLINE FrozenQueryDecoder::FrozenQueryDecoder(const QueryDecoderImpl& decoder, nn::Precision precision)
    : options_(decoder.options),
      all_levels_(decoder.levels()),
      position1_(*decoder.position_map->fc1, nn::Precision::fp32, nn::Then::relu),
      position2_(*decoder.position_map->fc2, nn::Precision::fp32),
      numbers_(decoder.level_embed.options().requires_grad(false)) {
  for (std::size_t j = 0; j < options_.levels().size(); ++j) {
    add_level(options_.levels()[j], j, decoder.input_projections, decoder.level_embed, precision);
  }
  for (std::size_t j = 0; j < options_.new_levels().size(); ++j) {
    add_level(options_.new_levels()[j], j, decoder.new_input_projections, decoder.new_level_embed, precision);
  }
  const auto rows = [&](const nn::Attention& attention, int64_t first, int64_t count) {
    const auto begin = first * options_.hidden(), end = (first + count) * options_.hidden();
    return nn::FrozenLinear(attention->in_proj->weight.slice(0, begin, end), attention->in_proj->bias.slice(0, begin, end), precision);
  };
  for (std::size_t i = 0; i < decoder.layers->size(); ++i) {
    const auto& layer = nn::child<DecoderLayerImpl>(decoder.layers, i);
    layers_.push_back({rows(layer.cross_attention, 0, 1), rows(layer.cross_attention, 1, 1), rows(layer.cross_attention, 2, 1),
                       nn::FrozenLinear(*layer.cross_attention->out_proj, precision), rows(layer.self_attention, 0, 2),
                       rows(layer.self_attention, 2, 1), nn::FrozenLinear(*layer.self_attention->out_proj, precision),
                       nn::FrozenMlp(*layer.ffn, precision), nn::FrozenNorm(*layer.cross_norm), nn::FrozenNorm(*layer.self_norm),
                       nn::FrozenNorm(*layer.ffn_norm)});
  }
  for (const auto& set : decoder.sets) {
    const auto& own = nn::child<TaskQueriesImpl>(decoder.queries, set.task);
    queries_.push_back({own.feat.detach(), own.embed.detach()});
  }
}

FACEPTOR_INLINE void FrozenQueryDecoder::add_level(int64_t level, std::size_t j, const torch::nn::ModuleDict& projections,
                                                   const torch::Tensor& embeds, nn::Precision precision) {
  std::optional<nn::FrozenLinear> projection;
  if (const auto name = std::to_string(j); projections->contains(name)) {
    const auto& conv = nn::child<torch::nn::Conv2dImpl>(projections, name);
    projection.emplace(conv.weight.flatten(1), conv.bias, precision);
  }
  parts_.push_back({level, std::move(projection), embeds.select(0, static_cast<int64_t>(j)).detach()});
}

FACEPTOR_INLINE torch::Tensor FrozenQueryDecoder::positions(int64_t rows, int64_t columns) const {
  return positions_.get(rows, columns,
                        [&] { return position2_(position1_(nn::sine_position_map(rows, columns, options_.hidden(), numbers_))); });
}

FACEPTOR_INLINE Memory FrozenQueryDecoder::make_memory(const FeaturePyramid& pyramid) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.decoder");
  Memory memory;
  std::vector<torch::Tensor> tokens, places;
  for (const auto& part : parts_) {
    const auto& feature = pyramid.at(part.level);
    auto source = pyramid.tokens(part.level);  // B x HW x D
    if (part.projection) source = (*part.projection)(source).to(numbers_.dtype());
    if (part.level == options_.map_level()) {
      memory.source = source;
      memory.rows = feature.size(2);
      memory.columns = feature.size(3);
    }
    tokens.push_back(source);
    places.push_back(positions(feature.size(2), feature.size(3)) + part.embed);  // HW x hidden
  }
  memory.tokens = tokens.size() == 1 ? tokens.front() : torch::cat(tokens, 1);
  memory.keyed = memory.tokens + (places.size() == 1 ? places.front() : torch::cat(places));
  return memory;
}

FACEPTOR_INLINE FrozenQueryDecoder::State FrozenQueryDecoder::start(const QueryRows& group) const {
  State state;
  std::vector<torch::Tensor> feats, embeds;
  for (const auto i : group.sets) {
    feats.push_back(queries_.at(i).feat);
    embeds.push_back(queries_[i].embed);
    state.counts.push_back(queries_[i].feat.size(0));
  }
  state.tokens = torch::cat(feats).unsqueeze(0);
  state.positions = torch::cat(embeds);
  return state;
}

FACEPTOR_INLINE torch::Tensor FrozenQueryDecoder::self_attend(const Layer& layer, const State& state) const {
  const auto& tokens = state.tokens;
  const auto queries_and_keys = layer.self_queries_and_keys(tokens + state.positions).chunk(2, -1);
  const auto queries = to_heads(queries_and_keys[0]), keys = to_heads(queries_and_keys[1]), values = to_heads(layer.self_values(tokens));
  std::vector<torch::Tensor> attended;
  int64_t begin = 0;
  for (const auto count : state.counts) {
    const auto own = [&](const torch::Tensor& t) { return t.narrow(2, begin, count); };
    attended.push_back(nn::AttentionImpl::attend(own(queries), {own(keys), own(values)}));
    begin += count;
  }
  const auto x = layer.self_norm(layer.self_out.add(attended.size() == 1 ? attended.front() : torch::cat(attended, 1), tokens));
  return layer.ffn_norm(layer.ffn.add(x, x));
}

FACEPTOR_INLINE std::vector<std::vector<torch::Tensor>> FrozenQueryDecoder::forward(const Memory& memory, std::span<const QueryRows> groups,
                                                                                    std::span<Trace> traces) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.decoder");
  std::vector<State> states;
  for (const auto& group : groups) states.push_back(start(group));
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto& layer = layers_[i];
    const nn::KeysAndValues projected{to_heads(layer.cross_keys(memory.keyed)), to_heads(layer.cross_values(memory.tokens))};
    for (std::size_t g = 0; g < groups.size(); ++g) {
      auto& state = states[g];
      const auto count = groups[g].end - groups[g].begin;
      const auto own = projected.rows(groups[g].begin, groups[g].end);
      auto queries = to_heads(layer.cross_queries(state.tokens + state.positions));
      if (i == 0) {
        queries = queries.expand({count, -1, -1, -1});
        state.tokens = state.tokens.expand({count, -1, -1});
      }
      if (!traces.empty() && i + 1 == layers_.size()) traces[g].last_attention = nn::AttentionImpl::weights(queries, own);
      state.tokens = layer.cross_norm(layer.cross_out.add(nn::AttentionImpl::attend(queries, own), state.tokens));
      if (!traces.empty()) traces[g].after_cross.push_back(state.tokens);
      state.tokens = self_attend(layer, state);
      if (!traces.empty()) traces[g].after_ffn.push_back(state.tokens);
    }
  }
  std::vector<std::vector<torch::Tensor>> results;
  for (const auto& state : states) results.push_back(state.tokens.split_with_sizes(state.counts, 1));
  return results;
}

}  // namespace faceptor::decoder::detail
