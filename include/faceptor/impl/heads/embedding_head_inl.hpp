#pragma once

#include <utility>

#include <faceptor/heads/embedding_head.hpp>
#include <faceptor/nn/children.hpp>

namespace faceptor::heads {
namespace detail {

/// The reference's batch norms of pooled vectors.
FACEPTOR_INLINE torch::nn::BatchNorm1d vector_batch_norm(int64_t width) {
  return torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(width).eps(2e-5));
}

FACEPTOR_INLINE torch::nn::Linear linear_without_bias(int64_t in, int64_t out) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(false));
}

/// The tasks' own last layers, each under its task's name.
template <typename Make>
torch::nn::ModuleDict output_layers(const std::vector<HeadOutput>& outputs, Make make) {
  torch::nn::ModuleDict layers;
  for (const auto& output : outputs) layers->update({{output.task, make(output.outputs).ptr()}});
  return layers;
}

/// What each wanted output's layer makes of the shared features.
template <typename LayerImpl>
std::vector<torch::Tensor> apply_outputs(const torch::nn::ModuleDict& layers, const std::vector<HeadOutput>& outputs,
                                         std::span<const std::size_t> wanted, const torch::Tensor& shared) {
  std::vector<torch::Tensor> results;
  for (const auto i : wanted) results.push_back(nn::child<LayerImpl>(layers, outputs.at(i).task).forward(shared));
  return results;
}

}  // namespace detail

FACEPTOR_INLINE EmbeddingOutputImpl::EmbeddingOutputImpl(int64_t w, int64_t d) : width(w), dimension(d) { reset(); }

FACEPTOR_INLINE void EmbeddingOutputImpl::reset() {
  fc = register_module("fc", detail::linear_without_bias(width, dimension));
  batch_norm = register_module("batch_norm", detail::vector_batch_norm(dimension));
}

FACEPTOR_INLINE torch::Tensor EmbeddingOutputImpl::forward(const torch::Tensor& x) { return batch_norm->forward(fc->forward(x)); }

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
  x = batch_norm->forward(fc->forward(x));
  return detail::apply_outputs<EmbeddingOutputImpl>(outputs, options.outputs(), wanted, x);  // each B x dimension
}

}  // namespace faceptor::heads
