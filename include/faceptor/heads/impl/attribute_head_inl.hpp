#pragma once

#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/heads/attribute_head.hpp>
#include <faceptor/heads/impl/embedding_head_inl.hpp>
#include <faceptor/nn/shared_statistics.hpp>

namespace faceptor::heads {

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
  auto x = channel_attention->forward(torch::cat(maps, 1));  // B x hidden x H x W
  x = nn::batch_norm(*norm, torch::relu(x).amax({2, 3}));    // B x hidden
  for (auto* fc : {&fc1, &fc2}) x = torch::dropout(torch::relu((*fc)->forward(x)), options.dropout(), is_training());
  return detail::apply_outputs<torch::nn::LinearImpl>(outputs, options.outputs(), wanted, x);  // each B x outputs
}

}  // namespace faceptor::heads
