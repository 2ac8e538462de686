#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// Options of `Attention`.
struct AttentionOptions {
  AttentionOptions(int64_t width, int64_t heads) : width_(width), heads_(heads) {}
  /// Width D of tokens and memory; a multiple of `heads`.
  TORCH_ARG(int64_t, width);
  /// Number of heads; each sees D / heads channels.
  TORCH_ARG(int64_t, heads);
};

/// Keys and values of a memory, cut into heads: each B x heads x M x (D / heads).
struct KeysAndValues {
  torch::Tensor keys;
  torch::Tensor values;

  /// Those of the batch rows `begin` to `end`; a view.
  KeysAndValues rows(int64_t begin, int64_t end) const { return {keys.slice(0, begin, end), values.slice(0, begin, end)}; }
};

/// Multi-head attention with one packed projection for queries, keys and values ("Attention is all you need", 3.2).
///
/// The steps are public, so that a memory which is attended to often is projected once. Scores are never materialised:
/// the kernel is LibTorch's `scaled_dot_product_attention`. Parameters: `in_proj.weight` 3D x D (queries, keys, values
/// from top to bottom), `in_proj.bias`, `out_proj.weight` D x D, `out_proj.bias`. Biases start at 0.
class AttentionImpl : public torch::nn::Cloneable<AttentionImpl> {
 public:
  explicit AttentionImpl(AttentionOptions options);
  void reset() override;

  /// Self-attention: queries, keys and values from the same tokens.
  /// @param tokens  B x L x D
  /// @return        B x L x D
  torch::Tensor forward(const torch::Tensor& tokens);

  /// @param keyed   B x M x D  what keys are made of: the memory with its positions added
  /// @param memory  B x M x D  what values are made of
  KeysAndValues project_memory(const torch::Tensor& keyed, const torch::Tensor& memory);

  /// @param tokens  B x Q x D  (positions added)
  /// @return        B x heads x Q x (D / heads)
  torch::Tensor project_queries(const torch::Tensor& tokens);

  /// @param queries  B x heads x Q x (D / heads)
  /// @return         B x Q x D, before the output projection
  static torch::Tensor attend(const torch::Tensor& queries, const KeysAndValues& memory);

  /// @param attended  B x Q x D
  /// @return          B x Q x D
  torch::Tensor project_output(const torch::Tensor& attended);

  /// The attention weights that `attend` uses but never holds: B x Q x M, mean over heads. For looking, not for speed.
  static torch::Tensor weights(const torch::Tensor& queries, const KeysAndValues& memory);

  AttentionOptions options;
  torch::nn::Linear in_proj{nullptr};
  torch::nn::Linear out_proj{nullptr};

 private:
  torch::Tensor project(const torch::Tensor& tokens, int64_t first, int64_t count);
  torch::Tensor to_heads(const torch::Tensor& projected) const;
};

TORCH_MODULE(Attention);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/attention_inl.hpp>
#endif
