#pragma once

#include <ATen/record_function.h>

#include <vector>

#include <faceptor/heads/standard_heads.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::heads::detail {

/// A batch norm's running statistics and affine, as a factor and a term a channel: norm(x) = factor x + term.
struct Affine {
  torch::Tensor factor, term;
};

template <class BatchNorm>
Affine affine_of(const BatchNorm& norm) {
  const auto factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
  return {factor, norm.bias - norm.running_mean * factor};
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
