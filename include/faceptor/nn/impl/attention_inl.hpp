#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include <faceptor/core/error.hpp>
#include <faceptor/nn/attention.hpp>

namespace faceptor::nn {

FACEPTOR_INLINE AttentionImpl::AttentionImpl(AttentionOptions o) : options(o) {
  if (options.width() <= 0 || options.heads() <= 0 || options.width() % options.heads() != 0) {
    throw Error(ErrorCode::argument, "attention: the width must be a multiple of the number of heads")
        .found("width " + std::to_string(options.width()) + ", " + std::to_string(options.heads()) + " heads");
  }
  reset();
}

FACEPTOR_INLINE void AttentionImpl::reset() {
  in_proj = register_module("in_proj", torch::nn::Linear(options.width(), 3 * options.width()));
  out_proj = register_module("out_proj", torch::nn::Linear(options.width(), options.width()));
  const torch::NoGradGuard no_grad;
  in_proj->bias.zero_();
  out_proj->bias.zero_();
}

FACEPTOR_INLINE torch::Tensor AttentionImpl::to_heads(const torch::Tensor& projected) const {
  // B x L x D -> B x L x heads x d -> B x heads x L x d, a view
  return projected.unflatten(-1, {options.heads(), options.width() / options.heads()}).transpose(1, 2);
}

FACEPTOR_INLINE torch::Tensor AttentionImpl::project(const torch::Tensor& tokens, int64_t first, int64_t count) {
  const auto begin = first * options.width();
  const auto end = (first + count) * options.width();
  return torch::linear(tokens, in_proj->weight.slice(0, begin, end), in_proj->bias.slice(0, begin, end));
}

FACEPTOR_INLINE torch::Tensor AttentionImpl::forward(const torch::Tensor& tokens) {
  const auto qkv = in_proj->forward(tokens).chunk(3, -1);  // 3 of B x L x D
  return project_output(attend(to_heads(qkv[0]), {to_heads(qkv[1]), to_heads(qkv[2])}));
}

FACEPTOR_INLINE KeysAndValues AttentionImpl::project_memory(const torch::Tensor& keyed, const torch::Tensor& memory) {
  return {to_heads(project(keyed, 1, 1)), to_heads(project(memory, 2, 1))};
}

FACEPTOR_INLINE torch::Tensor AttentionImpl::project_queries(const torch::Tensor& tokens) { return to_heads(project(tokens, 0, 1)); }

namespace detail {

/// Where plain products are faster than LibTorch's fused attention: its backward pass on CPUs makes a small product of its own for every
/// block of every head, which in bfloat16 takes 3 to 10 times as long as the products of all heads at once (LibTorch 2.13, 50 to 145
/// tokens; docs/performance.md). Long sequences are left to it: their weights would have to be kept.
FACEPTOR_INLINE bool attends_plainly(const torch::Tensor& queries, const KeysAndValues& memory) {
  constexpr int64_t kLongest = 512;
  return queries.is_cpu() && queries.scalar_type() == torch::kBFloat16 && std::max(queries.size(-2), memory.keys.size(-2)) <= kLongest;
}

}  // namespace detail

FACEPTOR_INLINE torch::Tensor AttentionImpl::attend(const torch::Tensor& queries, const KeysAndValues& memory) {
  if (detail::attends_plainly(queries, memory)) {
    const auto scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
    const auto shares = (queries * scale).matmul(memory.keys.transpose(-2, -1)).softmax(-1);
    return shares.matmul(memory.values).transpose(1, 2).flatten(2);
  }
  // B x heads x Q x d -> B x Q x heads x d -> B x Q x D
  return at::scaled_dot_product_attention(queries, memory.keys, memory.values).transpose(1, 2).flatten(2);
}

FACEPTOR_INLINE torch::Tensor AttentionImpl::project_output(const torch::Tensor& attended) { return out_proj->forward(attended); }

FACEPTOR_INLINE torch::Tensor AttentionImpl::weights(const torch::Tensor& queries, const KeysAndValues& memory) {
  const auto scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
  return (queries.matmul(memory.keys.transpose(-2, -1)) * scale).softmax(-1).mean(1);  // B x heads x Q x M -> B x Q x M
}

}  // namespace faceptor::nn
