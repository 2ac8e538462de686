#pragma once

#include <typeinfo>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/decoder/impl/frozen_maps_inl.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/shared_statistics.hpp>

namespace faceptor::decoder {

FACEPTOR_INLINE ValueInterpreterImpl::ValueInterpreterImpl(int64_t h) : hidden(h) { reset(); }

FACEPTOR_INLINE void ValueInterpreterImpl::reset() { fc = register_module("fc", torch::nn::Linear(hidden, 1)); }

FACEPTOR_INLINE torch::Tensor ValueInterpreterImpl::forward(const torch::Tensor& tokens) { return fc->forward(tokens).squeeze(-1); }

FACEPTOR_INLINE std::vector<torch::Tensor> ValueInterpreterImpl::interpret(std::span<const torch::Tensor> tokens, const Memory&,
                                                                           std::span<const std::size_t>) {
  std::vector<torch::Tensor> values;
  for (const auto& own : tokens) values.push_back(forward(own));
  return values;
}

FACEPTOR_INLINE PixelDecoderImpl::PixelDecoderImpl(int64_t h) : hidden(h) { reset(); }

FACEPTOR_INLINE void PixelDecoderImpl::reset() {
  const auto doubling = torch::nn::ConvTranspose2dOptions(hidden, hidden, 2).stride(2);
  upsample1 = register_module("upsample1", torch::nn::ConvTranspose2d(doubling));
  norm = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({hidden}).eps(1e-6)));
  upsample2 = register_module("upsample2", torch::nn::ConvTranspose2d(doubling));
}

FACEPTOR_INLINE torch::Tensor PixelDecoderImpl::forward(const torch::Tensor& source) {
  // A 2x2 transposed convolution of stride 2 is a linear layer that gives each cell four pixels: in x out x 2 x 2 -> 4 out x in.
  const auto weight = upsample1->weight.permute({2, 3, 1, 0}).reshape({4 * hidden, hidden});
  auto x = torch::linear(source, weight, upsample1->bias.repeat({4}));  // B x HW x 4 hidden
  x = x.reshape({x.size(0), x.size(1) * 4, hidden});
  return torch::gelu(norm->forward(x));
}

FACEPTOR_INLINE torch::Tensor PixelDecoderImpl::maps(const torch::Tensor& tokens, const torch::Tensor& pixels, int64_t rows,
                                                     int64_t columns) {
  const auto batch = tokens.size(0);
  const auto count = tokens.size(1);
  const auto weight = upsample2->weight.permute({2, 3, 0, 1}).reshape({4 * hidden, hidden});  // 4 in x out
  const auto moved = torch::linear(tokens, weight).reshape({batch, count * 4, hidden});       // B x 4Q x hidden
  const auto products = torch::bmm(moved, pixels.transpose(1, 2));                            // B x 4Q x 4HW
  auto maps = detail::maps_of_products(products, rows, columns);
  return maps.add_(torch::matmul(tokens, upsample2->bias).unsqueeze(-1).unsqueeze(-1));
}

FACEPTOR_INLINE MapInterpreterImpl::MapInterpreterImpl(int64_t h, bool mlp) : hidden(h), with_token_mlp(mlp) { reset(); }

FACEPTOR_INLINE void MapInterpreterImpl::reset() {
  pixel_decoder = register_module("pixel_decoder", PixelDecoder(hidden));
  token_mlp = register_module("token_mlp", torch::nn::ModuleList());
  for (int i = 0; with_token_mlp && i < 3; ++i) token_mlp->push_back(torch::nn::Linear(hidden, hidden));
}

FACEPTOR_INLINE torch::Tensor MapInterpreterImpl::pixels(const Memory& memory) { return pixel_decoder->forward(memory.source); }

FACEPTOR_INLINE std::vector<torch::Tensor> MapInterpreterImpl::interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                                                         std::span<const std::size_t>) {
  const auto shared = pixels(memory);
  std::vector<torch::Tensor> maps;
  for (const auto& own : tokens) maps.push_back(forward(own, shared, memory.rows, memory.columns));
  return maps;
}

FACEPTOR_INLINE torch::Tensor MapInterpreterImpl::forward(const torch::Tensor& tokens, const torch::Tensor& pixels, int64_t rows,
                                                          int64_t columns) {
  auto x = tokens;
  for (std::size_t i = 0; i < token_mlp->size(); ++i) {
    x = nn::child<torch::nn::LinearImpl>(token_mlp, i).forward(x);
    if (i + 1 < token_mlp->size()) x = torch::relu(x);
  }
  return pixel_decoder->maps(x, pixels, rows, columns);
}

FACEPTOR_INLINE std::shared_ptr<Interpreter> MapInterpreterImpl::frozen(nn::Precision precision) const {
  if (typeid(*this) != typeid(MapInterpreterImpl)) return nullptr;  // what is derived from it may compute something else
  return std::make_shared<detail::FrozenMaps>(*this, precision);
}

FACEPTOR_INLINE FeatureInterpreterImpl::FeatureInterpreterImpl(int64_t h, std::vector<heads::HeadOutput> o)
    : hidden(h), output_list(std::move(o)) {
  reset();
}

FACEPTOR_INLINE void FeatureInterpreterImpl::reset() {
  fc = register_module("fc", heads::detail::linear_without_bias(2 * hidden, 2 * hidden));
  batch_norm = register_module("batch_norm", heads::detail::vector_batch_norm(2 * hidden));
  outputs = register_module("outputs",
                            heads::detail::output_layers(output_list, [&](int64_t n) { return heads::EmbeddingOutput(2 * hidden, n); }));
}

FACEPTOR_INLINE torch::Tensor FeatureInterpreterImpl::forward(const torch::Tensor& tokens, std::size_t output) {
  if (tokens.dim() != 3 || tokens.size(1) != 2) {
    throw Error(ErrorCode::shape, "feature interpreter: takes two tokens").expected("B x 2 x hidden").found(text::shape(tokens.sizes()));
  }
  const auto x = tokens.transpose(1, 2).reshape({tokens.size(0), 2 * hidden});  // channel 0 of both tokens, channel 1 of both, ...
  auto& own = nn::child<heads::EmbeddingOutputImpl>(outputs, output_list.at(output).task);
  return own.forward(nn::batch_norm(*batch_norm, fc->forward(x), nn::Statistics::own));
}

FACEPTOR_INLINE std::vector<torch::Tensor> FeatureInterpreterImpl::interpret(std::span<const torch::Tensor> tokens, const Memory&,
                                                                             std::span<const std::size_t> wanted) {
  std::vector<torch::Tensor> embeddings;
  for (std::size_t i = 0; i < tokens.size(); ++i) embeddings.push_back(forward(tokens[i], wanted[i]));
  return embeddings;
}

}  // namespace faceptor::decoder
