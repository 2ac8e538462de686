#pragma once

#include <vector>

#include <faceptor/decoder/decoder_layer.hpp>

namespace faceptor::decoder {

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

FACEPTOR_INLINE torch::Tensor DecoderLayerImpl::look(const torch::Tensor& tokens, const torch::Tensor& positions,
                                                     const nn::KeysAndValues& memory) {
  const auto attended = nn::AttentionImpl::attend(cross_attention->project_queries(tokens + positions), memory);
  return cross_norm->forward(tokens + cross_attention->project_output(attended));
}

FACEPTOR_INLINE torch::Tensor DecoderLayerImpl::reflect(const torch::Tensor& tokens, const torch::Tensor& positions,
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

}  // namespace faceptor::decoder
