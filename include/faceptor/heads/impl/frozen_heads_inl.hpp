#pragma once

#include <ATen/record_function.h>

#include <memory>
#include <optional>
#include <vector>

#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::heads::detail {

FACEPTOR_INLINE torch::Tensor resize_bilinear(const torch::Tensor& x, int64_t height, int64_t width) {
  if (x.size(2) == height && x.size(3) == width) return x;
  return at::upsample_bilinear2d(x, {height, width}, /*align_corners=*/false, std::nullopt, std::nullopt);
}

/// A batch norm's running statistics and affine, as a factor and a term a channel: norm(x) = factor x + term.
struct Affine {
  torch::Tensor factor, term;
};

template <class BatchNorm>
Affine affine_of(const BatchNorm& norm) {
  const auto factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
  return {factor, norm.bias - norm.running_mean * factor};
}

/// A `ConvBnRelu` in one convolution.
FACEPTOR_INLINE nn::FrozenConv frozen_conv(const ConvBnReluImpl& layer, nn::Precision precision) {
  const auto norm = affine_of(*layer.norm);
  return {layer.conv->weight * norm.factor.view({-1, 1, 1, 1}), norm.term, precision, nn::Then::relu};
}

/// A transposed convolution of 2 x 2, stride 2: one product, whose outputs are put in their places.
class FrozenDoubling {
 public:
  FrozenDoubling(const torch::nn::ConvTranspose2dImpl& layer, const std::optional<Affine>& norm, nn::Precision precision) {
    auto weight = layer.weight.permute({2, 3, 1, 0});  // 2 x 2 x out x in
    auto bias = layer.bias;
    if (norm) {
      weight = weight * norm->factor.unsqueeze(-1);
      bias = bias * norm->factor + norm->term;
    }
    linear_ = nn::FrozenLinear(weight.flatten(0, 2).contiguous(), bias.repeat({4}), precision);
  }
  /// B x in x H x W -> B x out x 2H x 2W
  torch::Tensor operator()(const torch::Tensor& x) const {
    const auto batch = x.size(0), height = x.size(2), width = x.size(3);
    return linear_(x.permute({0, 2, 3, 1}))
        .unflatten(-1, {2, 2, -1})  // B x H x W x 2 x 2 x out
        .permute({0, 1, 3, 2, 4, 5})
        .reshape({batch, 2 * height, 2 * width, -1})
        .permute({0, 3, 1, 2});
  }

 private:
  nn::FrozenLinear linear_;
};

/// `DenseHead` for inference: batch norms are in the weights, and channels lie side by side, as a transformer's features do.
class FrozenDenseHead : public Head {
 public:
  FrozenDenseHead(const DenseHeadImpl& head, nn::Precision precision);
  const std::vector<int64_t>& levels() const override { return options_.levels(); }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;

 private:
  struct Rescaling {
    bool halve = false;
    std::vector<FrozenDoubling> doublings;
  };
  static torch::Tensor rescale(const Rescaling& how, torch::Tensor x);

  DenseHeadOptions options_;
  torch::ScalarType numbers_;
  std::vector<Rescaling> pyramid_;
  std::vector<nn::FrozenConv> pooling_, laterals_, smooths_, outputs_;
  nn::FrozenConv bottleneck_, fusion_;
};

FACEPTOR_INLINE FrozenDenseHead::FrozenDenseHead(const DenseHeadImpl& head, nn::Precision precision)
    : options_(head.options), numbers_(head.bottleneck->conv->weight.scalar_type()) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < head.pyramid->size(); ++i) {
    const auto& rescale = nn::child<RescaleImpl>(head.pyramid, i);
    Rescaling how{rescale.from < rescale.to, {}};
    if (rescale.upsample1) {
      const auto norm = rescale.norm ? std::optional(affine_of(*rescale.norm)) : std::nullopt;
      how.doublings.emplace_back(*rescale.upsample1, norm, precision);
    }
    if (rescale.upsample2) how.doublings.emplace_back(*rescale.upsample2, std::nullopt, precision);
    pyramid_.push_back(std::move(how));
  }
  const auto add = [&](const torch::nn::ModuleList& layers, std::vector<nn::FrozenConv>& frozen) {
    for (std::size_t i = 0; i < layers->size(); ++i) frozen.push_back(frozen_conv(nn::child<ConvBnReluImpl>(layers, i), precision));
  };
  add(head.pooling, pooling_);
  add(head.laterals, laterals_);
  add(head.smooths, smooths_);
  bottleneck_ = frozen_conv(*head.bottleneck, precision);
  fusion_ = frozen_conv(*head.fusion, precision);
  for (const auto& output : options_.outputs()) {
    const auto& own = nn::child<torch::nn::Conv2dImpl>(head.outputs, output.task);
    outputs_.emplace_back(own.weight, own.bias, precision);
  }
}

FACEPTOR_INLINE torch::Tensor FrozenDenseHead::rescale(const Rescaling& how, torch::Tensor x) {
  if (how.halve) return torch::max_pool2d(x, 2, 2);
  for (std::size_t i = 0; i < how.doublings.size(); ++i) x = how.doublings[i](i == 0 ? x : at::gelu(x));
  return x;
}

FACEPTOR_INLINE std::vector<torch::Tensor> FrozenDenseHead::forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.heads");
  std::vector<torch::Tensor> scales;  // B x D x (4S, 2S, S, S/2)
  for (std::size_t i = 0; i < 4; ++i) scales.push_back(rescale(pyramid_[i], pyramid.at(options_.levels()[i])));
  std::vector<torch::Tensor> pooled;
  for (std::size_t i = 0; i < pooling_.size(); ++i) {
    const auto side = options_.pool_scales()[i];
    const auto grid = pooling_[i](torch::adaptive_avg_pool2d(scales[3], {side, side}));
    pooled.push_back(resize_bilinear(grid, scales[3].size(2), scales[3].size(3)));
  }
  pooled.insert(pooled.begin(), pooled.empty() ? scales[3] : scales[3].to(pooled.front().scalar_type()));
  std::vector<torch::Tensor> merged(4);
  merged[3] = bottleneck_(torch::cat(pooled, 1));
  for (std::size_t i = 3; i-- > 0;) {
    merged[i] = laterals_[i](scales[i]);
    merged[i].add_(resize_bilinear(merged[i + 1], merged[i].size(2), merged[i].size(3)));
  }
  for (std::size_t i = 0; i < 3; ++i) merged[i] = smooths_[i](merged[i]);
  for (std::size_t i = 1; i < 4; ++i) merged[i] = resize_bilinear(merged[i], merged[0].size(2), merged[0].size(3));
  const auto x = fusion_(torch::cat(merged, 1));  // B x channels x 4S x 4S
  std::vector<torch::Tensor> maps;
  for (const auto i : wanted) maps.push_back(outputs_.at(i)(x).to(numbers_).contiguous());
  return maps;
}

/// `AttributeHead` for inference: the batch norm is in the first hidden layer.
class FrozenAttributeHead : public Head {
 public:
  FrozenAttributeHead(const AttributeHeadImpl& head, nn::Precision precision);
  const std::vector<int64_t>& levels() const override { return levels_; }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;

 private:
  std::vector<int64_t> levels_;
  torch::ScalarType numbers_;
  std::vector<nn::FrozenConv> convs_;
  nn::FrozenLinear gate1_, gate2_, fc1_, fc2_;
  std::vector<nn::FrozenLinear> outputs_;
};

FACEPTOR_INLINE FrozenAttributeHead::FrozenAttributeHead(const AttributeHeadImpl& head, nn::Precision precision)
    : levels_(head.levels()),
      numbers_(head.fc1->weight.scalar_type()),
      gate1_(*head.channel_attention->fc1, nn::Precision::fp32, nn::Then::relu),
      gate2_(*head.channel_attention->fc2, nn::Precision::fp32),
      fc2_(*head.fc2, nn::Precision::fp32, nn::Then::relu) {
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < head.convs->size(); ++i) {
    convs_.emplace_back(nn::child<torch::nn::Conv2dImpl>(head.convs, i).weight, torch::Tensor(), precision);
  }
  const auto norm = affine_of(*head.norm);
  fc1_ = nn::FrozenLinear(head.fc1->weight * norm.factor, head.fc1->weight.matmul(norm.term) + head.fc1->bias, nn::Precision::fp32,
                          nn::Then::relu);
  for (const auto& output : head.options.outputs()) {
    outputs_.emplace_back(nn::child<torch::nn::LinearImpl>(head.outputs, output.task), nn::Precision::fp32);
  }
}

FACEPTOR_INLINE std::vector<torch::Tensor> FrozenAttributeHead::forward(const FeaturePyramid& pyramid,
                                                                        std::span<const std::size_t> wanted) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.heads");
  std::vector<torch::Tensor> maps;
  for (std::size_t i = 0; i < convs_.size(); ++i) maps.push_back(convs_[i](pyramid.at(levels_[i])).to(numbers_));
  for (auto& map : maps) {  // as in the plain head
    if (map.sizes() != maps.back().sizes()) map = torch::adaptive_avg_pool2d(map, {maps.back().size(2), maps.back().size(3)});
  }
  const auto joined = torch::cat(maps, 1);                                       // B x hidden x H x W
  const auto pooled = torch::stack({joined.mean({2, 3}), joined.amax({2, 3})});  // 2 x B x hidden
  const auto gate = gate2_(gate1_(pooled)).sum(0).sigmoid();                     // B x hidden
  // The gate is positive: the maximum of what it scales is its product with the maximum.
  const auto x = fc2_(fc1_(pooled[1].relu() * gate));
  std::vector<torch::Tensor> values;
  for (const auto i : wanted) values.push_back(outputs_.at(i)(x));
  return values;
}

/// `EmbeddingHead` for inference: after the mean over tokens everything is linear, so that each task has one matrix.
class FrozenEmbeddingHead : public Head {
 public:
  explicit FrozenEmbeddingHead(const EmbeddingHeadImpl& head);
  const std::vector<int64_t>& levels() const override { return levels_; }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;

 private:
  std::vector<int64_t> levels_;
  nn::FrozenNorm norm_;
  std::vector<nn::FrozenLinear> outputs_;
};

FACEPTOR_INLINE FrozenEmbeddingHead::FrozenEmbeddingHead(const EmbeddingHeadImpl& head) : levels_(head.levels()), norm_(*head.norm) {
  const torch::NoGradGuard no_grad;
  const auto shared = affine_of(*head.batch_norm);
  for (const auto& output : head.options.outputs()) {
    const auto& own = nn::child<EmbeddingOutputImpl>(head.outputs, output.task);
    const auto last = affine_of(*own.batch_norm);
    const auto weight = last.factor.unsqueeze(1) * own.fc->weight;  // dimension x D
    outputs_.emplace_back((weight * shared.factor).matmul(head.fc->weight), weight.matmul(shared.term) + last.term, nn::Precision::fp32);
  }
}

FACEPTOR_INLINE std::vector<torch::Tensor> FrozenEmbeddingHead::forward(const FeaturePyramid& pyramid,
                                                                        std::span<const std::size_t> wanted) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.heads");
  const auto x = norm_(pyramid.tokens(levels_.front())).mean(1);  // B x L x D -> B x D
  std::vector<torch::Tensor> embeddings;
  for (const auto i : wanted) embeddings.push_back(outputs_.at(i)(x));
  return embeddings;
}

}  // namespace faceptor::heads::detail
