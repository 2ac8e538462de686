#pragma once

#include <string>
#include <typeinfo>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/heads/impl/frozen_heads_inl.hpp>
#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/nn/shared_statistics.hpp>

namespace faceptor::heads {
namespace detail {

FACEPTOR_INLINE torch::nn::ConvTranspose2d double_side(int64_t width) {
  return torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(width, width, 2).stride(2));
}

}  // namespace detail

FACEPTOR_INLINE ConvBnReluImpl::ConvBnReluImpl(int64_t i, int64_t o, int64_t k) : in(i), out(o), kernel(k) { reset(); }

FACEPTOR_INLINE void ConvBnReluImpl::reset() {
  conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2).bias(false)));
  torch::nn::init::kaiming_normal_(conv->weight, 0.0, torch::kFanOut, torch::kReLU);
  norm = register_module("norm", torch::nn::BatchNorm2d(out));
}

FACEPTOR_INLINE torch::Tensor ConvBnReluImpl::forward(const torch::Tensor& x) {
  return torch::relu(nn::batch_norm(*norm, conv->forward(x), nn::Statistics::shared));
}

FACEPTOR_INLINE RescaleImpl::RescaleImpl(int64_t w, int64_t f, int64_t t) : width(w), from(f), to(t) {
  if (from != 4 * to && from != 2 * to && from != to && 2 * from != to) {
    throw Error(ErrorCode::argument, "dense head: can't bring a feature of stride " + std::to_string(from) + " to " + std::to_string(to))
        .expected("a factor of 4, 2, 1 or 1/2");
  }
  reset();
}

FACEPTOR_INLINE void RescaleImpl::reset() {
  if (from <= to) return;
  upsample1 = register_module("upsample1", detail::double_side(width));
  if (from == 2 * to) return;
  norm = register_module("norm", torch::nn::BatchNorm2d(width));
  upsample2 = register_module("upsample2", detail::double_side(width));
}

FACEPTOR_INLINE torch::Tensor RescaleImpl::forward(const torch::Tensor& x) {
  if (from == to) return x;
  if (from < to) return torch::max_pool2d(x, 2, 2);
  const auto doubled = upsample1->forward(x);
  return from == 2 * to ? doubled : upsample2->forward(torch::gelu(nn::batch_norm(*norm, doubled, nn::Statistics::shared)));
}

FACEPTOR_INLINE DenseHeadImpl::DenseHeadImpl(DenseHeadOptions o) : options(std::move(o)) {
  if (options.levels().size() != 4 || options.widths().size() != 4 || options.strides().size() != 4) {
    throw Error(ErrorCode::argument, "dense head: needs four levels, each with a width and a stride")
        .found(text::shape(options.levels()) + ", " + text::shape(options.widths()) + ", " + text::shape(options.strides()))
        .hint("a backbone of fewer levels can't carry this head");
  }
  reset();
}

FACEPTOR_INLINE void DenseHeadImpl::reset() {
  const auto& widths = options.widths();
  const auto channels = options.channels();
  // A ViT's levels all have one stride s and are spread over s/4, s/2, s, 2s; a hierarchical backbone's already are.
  // Counted in quarters of a pixel, since a patch of 14 makes s/4 a fraction.
  const bool spread = options.strides().front() != options.strides().back();
  const auto finest = spread ? 4 * options.strides().front() : options.strides().front();
  const auto scales = options.pool_scales().size();
  pyramid = register_module("pyramid", torch::nn::ModuleList());
  pooling = register_module("pooling", torch::nn::ModuleList());
  bottleneck = register_module("bottleneck", ConvBnRelu(widths[3] + static_cast<int64_t>(scales) * channels, channels, 3));
  laterals = register_module("laterals", torch::nn::ModuleList());
  smooths = register_module("smooths", torch::nn::ModuleList());
  fusion = register_module("fusion", ConvBnRelu(4 * channels, channels, 3));
  outputs = register_module("outputs", detail::output_layers(options.outputs(), [&](int64_t n) {
                              return torch::nn::Conv2d(torch::nn::Conv2dOptions(channels, n, 1));
                            }));
  for (std::size_t i = 0; i < 4; ++i) pyramid->push_back(Rescale(widths[i], 4 * options.strides()[i], finest << i));
  for (std::size_t i = 0; i < scales; ++i) pooling->push_back(ConvBnRelu(widths[3], channels, 1));
  for (std::size_t i = 0; i < 3; ++i) {
    laterals->push_back(ConvBnRelu(widths[i], channels, 1));
    smooths->push_back(ConvBnRelu(channels, channels, 3));
  }
}

FACEPTOR_INLINE torch::Tensor DenseHeadImpl::pool(const torch::Tensor& last) {
  std::vector<torch::Tensor> parts = {last};
  for (std::size_t i = 0; i < pooling->size(); ++i) {
    const auto side = options.pool_scales()[i];
    const auto pooled = nn::child<ConvBnReluImpl>(pooling, i).forward(torch::adaptive_avg_pool2d(last, {side, side}));
    parts.push_back(detail::resize_bilinear(pooled, last.size(2), last.size(3)));
  }
  return bottleneck->forward(torch::cat(parts, 1));
}

FACEPTOR_INLINE std::vector<torch::Tensor> DenseHeadImpl::forward(const FeaturePyramid& features, std::span<const std::size_t> wanted) {
  std::vector<torch::Tensor> scales;  // B x D x (4S, 2S, S, S/2)
  for (std::size_t i = 0; i < 4; ++i) scales.push_back(nn::child<RescaleImpl>(pyramid, i).forward(features.at(options.levels()[i])));
  std::vector<torch::Tensor> merged(4);
  merged[3] = pool(scales[3]);
  for (std::size_t i = 3; i-- > 0;) {
    const auto lateral = nn::child<ConvBnReluImpl>(laterals, i).forward(scales[i]);
    merged[i] = lateral + detail::resize_bilinear(merged[i + 1], lateral.size(2), lateral.size(3));
  }
  for (std::size_t i = 0; i < 3; ++i) merged[i] = nn::child<ConvBnReluImpl>(smooths, i).forward(merged[i]);
  for (std::size_t i = 1; i < 4; ++i) merged[i] = detail::resize_bilinear(merged[i], merged[0].size(2), merged[0].size(3));
  auto x = fusion->forward(torch::cat(merged, 1));  // B x channels x 4S x 4S
  x = torch::feature_dropout(x, options.dropout(), is_training());
  return detail::apply_outputs<torch::nn::Conv2dImpl>(outputs, options.outputs(), wanted, x);  // each B x outputs x 4S x 4S
}

FACEPTOR_INLINE std::int64_t DenseHeadImpl::map_channels() const {
  // The largest feature; four merged maps, what joins them, and what becomes of that.
  return options.widths().front() + (4 + 4 + 1) * options.channels();
}

FACEPTOR_INLINE std::shared_ptr<Head> DenseHeadImpl::frozen(nn::Precision precision) const {
  if (typeid(*this) != typeid(DenseHeadImpl)) return nullptr;  // what is derived from it may compute something else
  return std::make_shared<detail::FrozenDenseHead>(*this, precision);
}

FACEPTOR_INLINE ChannelAttentionImpl::ChannelAttentionImpl(int64_t c, int64_t r) : channels(c), reduction(r) { reset(); }

FACEPTOR_INLINE void ChannelAttentionImpl::reset() {
  fc1 = register_module("fc1", torch::nn::Linear(channels, channels / reduction));
  fc2 = register_module("fc2", torch::nn::Linear(channels / reduction, channels));
}

FACEPTOR_INLINE torch::Tensor ChannelAttentionImpl::forward(const torch::Tensor& x) {
  const auto pooled = torch::stack({x.mean({2, 3}), x.amax({2, 3})});                  // 2 x B x C
  const auto gate = fc2->forward(torch::relu(fc1->forward(pooled))).sum(0).sigmoid();  // B x C
  return x * gate.unsqueeze(-1).unsqueeze(-1);
}

FACEPTOR_INLINE AttributeHeadImpl::AttributeHeadImpl(AttributeHeadOptions o) : options(std::move(o)) {
  const auto levels = static_cast<int64_t>(options.levels().size());
  if (levels == 0 || options.widths().size() != options.levels().size() || options.hidden() % levels != 0) {
    throw Error(ErrorCode::argument, "attribute head: the hidden width must be a multiple of the number of levels, each with a width")
        .found(std::to_string(options.hidden()) + " for " + std::to_string(levels) + " levels and " +
               std::to_string(options.widths().size()) + " widths");
  }
  if (options.reduction() < 1 || options.hidden() < options.reduction()) {
    throw Error(ErrorCode::argument, "attribute head: the hidden width is below the reduction of its gate, which would be of no width")
        .expected("at least " + std::to_string(options.reduction()))
        .found(std::to_string(options.hidden()));
  }
  reset();
}

FACEPTOR_INLINE void AttributeHeadImpl::reset() {
  const auto hidden = options.hidden();
  const auto each = hidden / static_cast<int64_t>(options.levels().size());
  convs = register_module("convs", torch::nn::ModuleList());
  for (const auto width : options.widths()) {
    convs->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(width, each, 3).padding(1).bias(false)));
  }
  channel_attention = register_module("channel_attention", ChannelAttention(hidden, options.reduction()));
  norm = register_module("norm", detail::vector_batch_norm(hidden));
  fc1 = register_module("fc1", torch::nn::Linear(hidden, hidden));
  fc2 = register_module("fc2", torch::nn::Linear(hidden, hidden));
  outputs = register_module("outputs", detail::output_layers(options.outputs(), [&](int64_t n) { return torch::nn::Linear(hidden, n); }));
}

FACEPTOR_INLINE std::vector<torch::Tensor> AttributeHeadImpl::forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) {
  std::vector<torch::Tensor> maps;
  for (std::size_t i = 0; i < convs->size(); ++i) {
    maps.push_back(nn::child<torch::nn::Conv2dImpl>(convs, i).forward(pyramid.at(options.levels()[i])));
  }
  // Levels of a hierarchical backbone differ in size: the finer ones are averaged down to the last.
  for (auto& map : maps) {
    if (map.sizes() != maps.back().sizes()) map = torch::adaptive_avg_pool2d(map, {maps.back().size(2), maps.back().size(3)});
  }
  auto x = channel_attention->forward(torch::cat(maps, 1));                     // B x hidden x H x W
  x = nn::batch_norm(*norm, torch::relu(x).amax({2, 3}), nn::Statistics::own);  // B x hidden
  for (auto* fc : {&fc1, &fc2}) x = torch::dropout(torch::relu((*fc)->forward(x)), options.dropout(), is_training());
  return detail::apply_outputs<torch::nn::LinearImpl>(outputs, options.outputs(), wanted, x);  // each B x outputs
}

FACEPTOR_INLINE std::shared_ptr<Head> AttributeHeadImpl::frozen(nn::Precision precision) const {
  if (typeid(*this) != typeid(AttributeHeadImpl)) return nullptr;
  return std::make_shared<detail::FrozenAttributeHead>(*this, precision);
}

FACEPTOR_INLINE EmbeddingOutputImpl::EmbeddingOutputImpl(int64_t w, int64_t d) : width(w), dimension(d) { reset(); }

FACEPTOR_INLINE void EmbeddingOutputImpl::reset() {
  fc = register_module("fc", detail::linear_without_bias(width, dimension));
  batch_norm = register_module("batch_norm", detail::vector_batch_norm(dimension));
}

FACEPTOR_INLINE torch::Tensor EmbeddingOutputImpl::forward(const torch::Tensor& x) {
  return nn::batch_norm(*batch_norm, fc->forward(x), nn::Statistics::own);
}

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
  x = nn::batch_norm(*batch_norm, fc->forward(x), nn::Statistics::own);
  return detail::apply_outputs<EmbeddingOutputImpl>(outputs, options.outputs(), wanted, x);  // each B x dimension
}

FACEPTOR_INLINE std::shared_ptr<Head> EmbeddingHeadImpl::frozen(nn::Precision) const {
  if (typeid(*this) != typeid(EmbeddingHeadImpl)) return nullptr;
  return std::make_shared<detail::FrozenEmbeddingHead>(*this);
}

}  // namespace faceptor::heads
