#pragma once

#include <utility>

#include <faceptor/heads/embedding_head.hpp>
#include <faceptor/heads/output_layers.hpp>
#include <faceptor/nn/shared_statistics.hpp>

namespace faceptor::heads {

FACEPTOR_INLINE EmbeddingOutputImpl::EmbeddingOutputImpl(int64_t w, int64_t d) : width(w), dimension(d) { reset(); }

FACEPTOR_INLINE void EmbeddingOutputImpl::reset() {
  fc = register_module("fc", detail::linear_without_bias(width, dimension));
  batch_norm = register_module("batch_norm", detail::vector_batch_norm(dimension));
}

FACEPTOR_INLINE torch::Tensor EmbeddingOutputImpl::forward(const torch::Tensor& x) { return nn::batch_norm(*batch_norm, fc->forward(x)); }

FACEPTOR_INLINE EmbeddingHeadImpl::EmbeddingHeadImpl(EmbeddingHeadOptions o) : options(std::move(o)), levels_{options.level()} { reset(); }

FACEPTOR_INLINE void EmbeddingHeadImpl::reset() {
  const auto width = options.width();
  norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
  fc = register_module("fc", detail::linear_without_bias(width, width));
  batch_norm = register_module("batch_norm", detail::vector_batch_norm(width));
  outputs = register_module("outputs", detail::output_layers(options.outputs(), [&](int64_t n) { return EmbeddingOutput(width, n); }));
}

FACEPTOR_INLINE std::vector<torch::Tensor> EmbeddingHeadImpl::forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) {
  auto x = norm->forward(pyramid.tokens(options.level())).mean(1);  // B x L x D -> B x D
  x = nn::batch_norm(*batch_norm, fc->forward(x));
  return detail::apply_outputs<EmbeddingOutputImpl>(outputs, options.outputs(), wanted, x);  // each B x dimension
}

}  // namespace faceptor::heads
