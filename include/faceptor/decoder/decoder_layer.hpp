#pragma once

#include <torch/torch.h>

#include <span>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/mlp.hpp>

namespace faceptor::decoder {

/// One layer of the query decoder, post-norm: cross-attention over the memory, self-attention, feed-forward network;
/// each with its residual and a layer norm after it. See docs/model.md, "Query decoder".
class DecoderLayerImpl : public torch::nn::Cloneable<DecoderLayerImpl> {
 public:
  DecoderLayerImpl(int64_t hidden, int64_t heads, int64_t ffn);
  void reset() override;

  /// @param tokens     B x Q x hidden, the tokens of several tasks one after the other
  /// @param positions  Q x hidden, the queries' own positions (`query_embed`)
  /// @param memory     keys and values that this layer's `cross_attention` made of the memory
  /// @return           B x Q x hidden
  torch::Tensor look(const torch::Tensor& tokens, const torch::Tensor& positions, const nn::KeysAndValues& memory);

  /// Self-attention and feed-forward network. A task's queries see each other and no other task's.
  /// @param counts  numbers of queries of the tasks, in order; they add up to Q
  torch::Tensor reflect(const torch::Tensor& tokens, const torch::Tensor& positions, std::span<const int64_t> counts);

  int64_t hidden, heads, ffn_width;
  nn::Attention cross_attention{nullptr};
  torch::nn::LayerNorm cross_norm{nullptr};
  nn::Attention self_attention{nullptr};
  torch::nn::LayerNorm self_norm{nullptr};
  nn::Mlp ffn{nullptr};
  torch::nn::LayerNorm ffn_norm{nullptr};
};
TORCH_MODULE(DecoderLayer);

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/decoder_layer_inl.hpp>
#endif
