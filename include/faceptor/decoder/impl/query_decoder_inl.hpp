#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/decoder/impl/frozen_query_decoder_inl.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/layers.hpp>

namespace faceptor::decoder {

FACEPTOR_INLINE PositionMapImpl::PositionMapImpl(int64_t w) : width(w) { reset(); }

FACEPTOR_INLINE void PositionMapImpl::reset() {
  fc1 = register_module("fc1", torch::nn::Linear(width, width));
  fc2 = register_module("fc2", torch::nn::Linear(width, width));
}

FACEPTOR_INLINE torch::Tensor PositionMapImpl::forward(int64_t rows, int64_t columns) {
  const auto sine = nn::sine_position_map(rows, columns, width, fc1->weight.options().requires_grad(false));
  return fc2->forward(torch::relu(fc1->forward(sine)));
}

FACEPTOR_INLINE DecoderLayerImpl::DecoderLayerImpl(int64_t h, int64_t n, int64_t f) : hidden(h), heads(n), ffn_width(f) { reset(); }

FACEPTOR_INLINE void DecoderLayerImpl::reset() {
  const auto attention = nn::AttentionOptions(hidden, heads);
  const auto norm = torch::nn::LayerNormOptions({hidden});
  cross_attention = register_module("cross_attention", nn::Attention(attention));
  cross_norm = register_module("cross_norm", torch::nn::LayerNorm(norm));
  self_attention = register_module("self_attention", nn::Attention(attention));
  self_norm = register_module("self_norm", torch::nn::LayerNorm(norm));
  ffn = register_module("ffn", nn::Mlp(nn::MlpOptions(hidden, ffn_width)));
  ffn_norm = register_module("ffn_norm", torch::nn::LayerNorm(norm));
}

FACEPTOR_INLINE torch::Tensor DecoderLayerImpl::cross_attend(const torch::Tensor& tokens, const torch::Tensor& positions,
                                                             const nn::KeysAndValues& memory) {
  const auto attended = nn::AttentionImpl::attend(cross_attention->project_queries(tokens + positions), memory);
  return cross_norm->forward(tokens + cross_attention->project_output(attended));
}

FACEPTOR_INLINE torch::Tensor DecoderLayerImpl::self_attend(const torch::Tensor& tokens, const torch::Tensor& positions,
                                                            std::span<const int64_t> counts) {
  const auto placed = tokens + positions;
  const auto queries = self_attention->project_queries(placed);        // B x heads x Q x d
  const auto memory = self_attention->project_memory(placed, tokens);  // keys, values: B x heads x Q x d
  std::vector<torch::Tensor> attended;
  int64_t begin = 0;
  for (const auto count : counts) {
    const auto own = [&](const torch::Tensor& t) { return t.narrow(2, begin, count); };
    attended.push_back(nn::AttentionImpl::attend(own(queries), {own(memory.keys), own(memory.values)}));
    begin += count;
  }
  auto x = self_norm->forward(tokens + self_attention->project_output(torch::cat(attended, 1)));
  return ffn_norm->forward(x + ffn->forward(x));
}

FACEPTOR_INLINE TaskQueriesImpl::TaskQueriesImpl(int64_t c, int64_t h) : count(c), hidden(h) { reset(); }

FACEPTOR_INLINE void TaskQueriesImpl::reset() {
  feat = register_parameter("feat", torch::randn({count, hidden}));
  embed = register_parameter("embed", torch::rand({count, hidden}));
}

FACEPTOR_INLINE QueryDecoderImpl::QueryDecoderImpl(QueryDecoderOptions o, std::vector<int64_t> w, std::vector<QuerySet> s)
    : options(std::move(o)), widths(std::move(w)), sets(std::move(s)) {
  const auto in_range = [](int64_t value, int64_t most) { return value >= 1 && value <= most; };
  if (!in_range(options.hidden(), 1 << 14) || options.hidden() % 4 != 0 || !in_range(options.heads(), options.hidden()) ||
      !in_range(options.ffn(), 1 << 16) || !in_range(options.layers(), 1 << 10)) {
    throw Error(ErrorCode::argument, "query decoder: a size is out of range").found(options.to_json().dump());
  }
  if (options.levels().empty()) throw Error(ErrorCode::argument, "query decoder: needs at least one level of the backbone");
  if (options.map_level() == -1) options.map_level(options.levels().back());
  if (std::find(options.levels().begin(), options.levels().end(), options.map_level()) == options.levels().end()) {
    throw Error(ErrorCode::argument, "query decoder: the map level must be one of the levels")
        .expected("one of " + text::shape(options.levels()))
        .found(std::to_string(options.map_level()));
  }
  all_levels_ = union_of_levels(options.levels(), options.new_levels());
  if (all_levels_.size() != options.levels().size() + options.new_levels().size() || widths.size() != all_levels_.size()) {
    throw Error(ErrorCode::argument, "query decoder: each level counts once and has one width")
        .found(text::shape(options.levels()) + " and " + text::shape(options.new_levels()) + ", widths " + text::shape(widths));
  }
  for (const auto& set : sets) {
    if (!in_range(set.count, 1 << 16)) {
      throw Error(ErrorCode::argument, "query decoder: task \"" + set.task + "\" needs at least one query")
          .found(std::to_string(set.count));
    }
  }
  reset();
}

FACEPTOR_INLINE torch::nn::ModuleDict QueryDecoderImpl::make_projections(std::size_t first, std::size_t count) const {
  torch::nn::ModuleDict projections;
  for (std::size_t j = 0; j < count; ++j) {
    if (widths[first + j] == options.hidden()) continue;
    torch::nn::Conv2d projection(torch::nn::Conv2dOptions(widths[first + j], options.hidden(), 1));
    const torch::NoGradGuard no_grad;
    torch::nn::init::kaiming_uniform_(projection->weight, 1.0);
    torch::nn::init::zeros_(projection->bias);
    projections->update({{std::to_string(j), projection.ptr()}});
  }
  return projections;
}

FACEPTOR_INLINE void QueryDecoderImpl::reset() {
  const auto hidden = options.hidden();
  const auto first = options.levels().size();
  const auto added = options.new_levels().size();
  queries = register_module("queries", torch::nn::ModuleDict());
  for (const auto& set : sets) queries->update({{set.task, TaskQueries(set.count, hidden).ptr()}});
  level_embed = register_parameter("level_embed", torch::randn({static_cast<int64_t>(first), hidden}));
  input_projections = register_module("input_projections", make_projections(0, first));
  if (added > 0) {
    new_level_embed = register_parameter("new_level_embed", torch::randn({static_cast<int64_t>(added), hidden}));
    new_input_projections = register_module("new_input_projections", make_projections(first, added));
  }
  position_map = register_module("position_map", PositionMap(hidden));
  layers = register_module("layers", torch::nn::ModuleList());
  for (int64_t i = 0; i < options.layers(); ++i) layers->push_back(DecoderLayer(hidden, options.heads(), options.ffn()));
  const torch::NoGradGuard no_grad;
  for (auto& parameter : layers->named_parameters()) {
    // The reference draws every matrix of the attention layers with standard deviation 1 / sqrt(fan in).
    auto& value = parameter.value();
    if (value.dim() > 1) torch::nn::init::normal_(value, 0.0, 1.0 / std::sqrt(static_cast<double>(value.size(1))));
  }
}

FACEPTOR_INLINE Memory QueryDecoderImpl::make_memory(const FeaturePyramid& pyramid) {
  Memory memory;
  std::vector<torch::Tensor> tokens, positions;
  const auto add = [&](int64_t level, std::size_t j, const torch::nn::ModuleDict& projections, const torch::Tensor& embeds) {
    const auto& feature = pyramid.at(level);
    auto source = pyramid.tokens(level);  // B x HW x D
    if (const auto name = std::to_string(j); projections->contains(name)) {
      const auto& projection = nn::child<torch::nn::Conv2dImpl>(projections, name);
      source = torch::linear(source, projection.weight.flatten(1), projection.bias);
    }
    if (level == options.map_level()) {
      memory.source = source;
      memory.rows = feature.size(2);
      memory.columns = feature.size(3);
    }
    tokens.push_back(source);
    memory.cells.push_back(source.size(1));
    positions.push_back(position_map->forward(feature.size(2), feature.size(3)) +
                        embeds.select(0, static_cast<int64_t>(j)));  // HW x hidden
  };
  for (std::size_t j = 0; j < options.levels().size(); ++j) add(options.levels()[j], j, input_projections, level_embed);
  for (std::size_t j = 0; j < options.new_levels().size(); ++j) add(options.new_levels()[j], j, new_input_projections, new_level_embed);
  memory.tokens = tokens.size() == 1 ? tokens.front() : torch::cat(tokens, 1);
  memory.keyed = memory.tokens + (positions.size() == 1 ? positions.front() : torch::cat(positions));
  return memory;
}

FACEPTOR_INLINE std::vector<std::vector<torch::Tensor>> QueryDecoderImpl::forward(const Memory& memory, std::span<const QueryRows> groups,
                                                                                  std::span<Trace> traces) {
  struct State {
    torch::Tensor tokens;     // rows x Q x hidden
    torch::Tensor positions;  // Q x hidden
    std::vector<int64_t> counts;
  };
  std::vector<State> states;
  for (const auto& group : groups) {
    std::vector<torch::Tensor> feats, embeds;
    State state;
    for (const auto i : group.sets) {
      const auto& own = nn::child<TaskQueriesImpl>(queries, sets.at(i).task);
      feats.push_back(own.feat);
      embeds.push_back(own.embed);
      state.counts.push_back(sets.at(i).count);
    }
    state.tokens = torch::cat(feats).unsqueeze(0).expand({group.end - group.begin, -1, -1});
    state.positions = torch::cat(embeds);
    states.push_back(std::move(state));
  }
  for (std::size_t i = 0; i < layers->size(); ++i) {
    auto& layer = nn::child<DecoderLayerImpl>(layers, i);
    const auto projected = layer.cross_attention->project_memory(memory.keyed, memory.tokens);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      auto& [tokens, positions, counts] = states[g];
      const auto own = projected.rows(groups[g].begin, groups[g].end);
      if (!traces.empty()) {
        const auto weights = nn::AttentionImpl::weights(layer.cross_attention->project_queries(tokens + positions), own);
        std::vector<torch::Tensor> shares;
        for (const auto& of_level : weights.split_with_sizes(memory.cells, 2)) shares.push_back(of_level.sum(2));
        traces[g].level_shares.push_back(torch::stack(shares, 2));
        if (i + 1 == layers->size()) traces[g].last_attention = weights;
      }
      tokens = layer.cross_attend(tokens, positions, own);
      if (!traces.empty()) traces[g].after_cross.push_back(tokens);
      tokens = layer.self_attend(tokens, positions, counts);
      if (!traces.empty()) traces[g].after_ffn.push_back(tokens);
    }
  }
  std::vector<std::vector<torch::Tensor>> results;
  for (const auto& state : states) results.push_back(state.tokens.split_with_sizes(state.counts, 1));
  return results;
}

FACEPTOR_INLINE std::shared_ptr<Decoder> QueryDecoderImpl::frozen(nn::Precision precision) const {
  return std::make_shared<detail::FrozenQueryDecoder>(*this, precision);
}

}  // namespace faceptor::decoder
