#pragma once

#include <torch/torch.h>
#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/fields.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/nn/layers.hpp>

namespace faceptor::decoder {

/// What the queries attend to: the projected features of all used levels, one after the other.
///
/// Made once per view, whatever the number of tasks.
struct Memory {
  torch::Tensor tokens;  ///< B x M x hidden, M = sum of the levels' cells
  torch::Tensor keyed;   ///< B x M x hidden, the same with positions added: what keys are made of
  torch::Tensor source;  ///< B x HW x hidden, the projected feature of the map level: what maps are made of
  int64_t rows = 0;      ///< H of the map level
  int64_t columns = 0;   ///< W of the map level
  /// How many of the M tokens each level gave, in order: those of `levels`, then of `new_levels`.
  std::vector<int64_t> cells;

  /// The memory of some of its images. The tensors are views.
  Memory slice(int64_t begin, int64_t end) const {
    return {tokens.slice(0, begin, end), keyed.slice(0, begin, end), source.slice(0, begin, end), rows, columns, cells};
  }
};

/// What the decoder computed on its way, for tests and for explaining a result. Filled only where asked for.
struct Trace {
  std::vector<torch::Tensor> after_cross;  ///< one a layer: B x Q x hidden after cross-attention and norm
  std::vector<torch::Tensor> after_ffn;    ///< one a layer: B x Q x hidden after the feed-forward network and norm
  torch::Tensor last_attention;            ///< B x Q x M, mean over heads, of the last cross-attention
  /// One a layer: B x Q x levels, which share of its cross-attention each query gives each level, mean over heads; as `Memory::cells`.
  std::vector<torch::Tensor> level_shares;
};

/// Where a cell of a grid lies: the fixed sine-cosine map, adapted by two learned layers with a ReLU between.
class PositionMapImpl : public torch::nn::Cloneable<PositionMapImpl> {
 public:
  /// @param width  channels, a multiple of 4
  explicit PositionMapImpl(int64_t width);
  void reset() override;
  /// @return  (rows * columns) x width
  torch::Tensor forward(int64_t rows, int64_t columns);

  int64_t width;
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
};
TORCH_MODULE(PositionMap);

/// One layer of the query decoder, post-norm: cross-attention over the memory, self-attention, feed-forward network;
/// each with its residual and a layer norm after it. See docs/model.md, "Query decoder".
class DecoderLayerImpl : public torch::nn::Cloneable<DecoderLayerImpl> {
 public:
  DecoderLayerImpl(int64_t hidden, int64_t heads, int64_t ffn);
  void reset() override;

  /// Cross-attention of the queries over the memory.
  /// @param tokens     B x Q x hidden, the tokens of several tasks one after the other
  /// @param positions  Q x hidden, the queries' own positions (`query_embed`)
  /// @param memory     keys and values that this layer's `cross_attention` made of the memory
  /// @return           B x Q x hidden
  torch::Tensor cross_attend(const torch::Tensor& tokens, const torch::Tensor& positions, const nn::KeysAndValues& memory);

  /// Self-attention, then the feed-forward network. A task's queries attend to each other and to no other task's.
  /// @param counts  numbers of queries of the tasks, in order; they add up to Q
  torch::Tensor self_attend(const torch::Tensor& tokens, const torch::Tensor& positions, std::span<const int64_t> counts);

  int64_t hidden, heads, ffn_width;
  nn::Attention cross_attention{nullptr};
  torch::nn::LayerNorm cross_norm{nullptr};
  nn::Attention self_attention{nullptr};
  torch::nn::LayerNorm self_norm{nullptr};
  nn::Mlp ffn{nullptr};
  torch::nn::LayerNorm ffn_norm{nullptr};
};
TORCH_MODULE(DecoderLayer);

/// Options of `QueryDecoder`.
struct QueryDecoderOptions {
  /// Width of tokens and memory.
  TORCH_ARG(int64_t, hidden) = 256;
  /// Attention heads of a layer.
  TORCH_ARG(int64_t, heads) = 8;
  /// Hidden width of a layer's feed-forward network.
  TORCH_ARG(int64_t, ffn) = 2048;
  /// Number of layers.
  TORCH_ARG(int64_t, layers) = 9;
  /// The backbone's levels that make up the memory.
  TORCH_ARG(std::vector<int64_t>, levels) = {11};
  /// Levels added by Layer-Attention, the second stage, with projections and embeddings of their own.
  TORCH_ARG(std::vector<int64_t>, new_levels) = {};
  /// The level that maps are made of: one of `levels`, the last of them where this is -1. (11 in the reference.)
  TORCH_ARG(int64_t, map_level) = -1;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("hidden", hidden_, FieldRule{}.needed());
    visit("heads", heads_, FieldRule{}.needed());
    visit("ffn", ffn_, FieldRule{}.needed());
    visit("layers", layers_, FieldRule{}.needed());
    visit("levels", levels_, FieldRule{}.needed());
    visit("new_levels", new_levels_);
    visit("map_level", map_level_);
  }
  nlohmann::json to_json() const { return write_fields(*this); }
  /// @throws Error(format) when a value is missing or of the wrong type
  static QueryDecoderOptions from_json(const nlohmann::json& config) {
    QueryDecoderOptions options;
    read_fields(config, options, {.who = "query decoder", .code = ErrorCode::format});
    return options;
  }
};

/// One task's queries.
struct QuerySet {
  std::string task;
  int64_t count;
};

/// The batch rows in which a group of tasks is asked for.
struct QueryRows {
  int64_t begin, end;             ///< rows of the memory
  std::vector<std::size_t> sets;  ///< indices of the query sets, joined in this order
};

/// A task's learned queries: `feat`, the tokens' start values, and `embed`, their positions; both Q x hidden.
class TaskQueriesImpl : public torch::nn::Cloneable<TaskQueriesImpl> {
 public:
  TaskQueriesImpl(int64_t count, int64_t hidden);
  void reset() override;

  int64_t count, hidden;
  torch::Tensor feat, embed;
};
TORCH_MODULE(TaskQueries);

/// What makes tokens of a model's features: `QueryDecoder`, or its frozen form.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// The levels read from the backbone, ascending.
  virtual const std::vector<int64_t>& levels() const = 0;

  /// Projects the features and adds positions. @return see `Memory`
  virtual Memory make_memory(const FeaturePyramid& pyramid) = 0;

  /// @param memory  made by `make_memory`
  /// @param groups  each the tasks asked for in the same rows; their queries go through a layer together
  /// @param traces  empty, or one per group to be filled
  /// @return        for each group the tokens of each of its sets: rows x Q x hidden
  virtual std::vector<std::vector<torch::Tensor>> forward(const Memory& memory, std::span<const QueryRows> groups,
                                                          std::span<Trace> traces = {}) = 0;

  /// A faster form for inference alone, as `Backbone::frozen`. Null where there is none.
  virtual std::shared_ptr<Decoder> frozen(nn::Precision precision) const {
    static_cast<void>(precision);
    return nullptr;
  }
};

/// Faceptor's transformer decoder: the queries of all tasks attend to one memory, made of one or several backbone levels.
///
/// The attention over several joined levels is Layer-Attention: how a task picks its layers. There is no final norm.
class QueryDecoderImpl : public torch::nn::Cloneable<QueryDecoderImpl>, public Decoder {
 public:
  /// @param widths  channels of the features of `levels`, then of `new_levels`
  QueryDecoderImpl(QueryDecoderOptions options, std::vector<int64_t> widths, std::vector<QuerySet> sets);
  void reset() override;

  const std::vector<int64_t>& levels() const override { return all_levels_; }
  Memory make_memory(const FeaturePyramid& pyramid) override;
  std::vector<std::vector<torch::Tensor>> forward(const Memory& memory, std::span<const QueryRows> groups,
                                                  std::span<Trace> traces = {}) override;

  std::shared_ptr<Decoder> frozen(nn::Precision precision) const override;

  QueryDecoderOptions options;
  std::vector<int64_t> widths;
  std::vector<QuerySet> sets;
  torch::nn::ModuleDict queries{nullptr};                ///< of `TaskQueries`, by task
  torch::Tensor level_embed;                             ///< levels x hidden
  torch::Tensor new_level_embed;                         ///< new levels x hidden; undefined without new levels
  torch::nn::ModuleDict input_projections{nullptr};      ///< 1x1 `Conv2d` by index of the level; none where the width is `hidden`
  torch::nn::ModuleDict new_input_projections{nullptr};  ///< the same for the new levels
  PositionMap position_map{nullptr};
  torch::nn::ModuleList layers{nullptr};  ///< of `DecoderLayer`

 private:
  torch::nn::ModuleDict make_projections(std::size_t first, std::size_t count) const;

  std::vector<int64_t> all_levels_;
};
TORCH_MODULE(QueryDecoder);

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/query_decoder_inl.hpp>
#endif
