#pragma once

#include <torch/torch.h>

#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/heads/head.hpp>

namespace faceptor::heads {

/// Options of `EmbeddingHead`.
struct EmbeddingHeadOptions {
  EmbeddingHeadOptions(int64_t width, int64_t level, std::vector<HeadOutput> outputs)
      : width_(width), level_(level), outputs_(std::move(outputs)) {}
  /// Channels D of the feature.
  TORCH_ARG(int64_t, width);
  /// The level read.
  TORCH_ARG(int64_t, level);
  /// The tasks and the dimensions of their embeddings.
  TORCH_ARG(std::vector<HeadOutput>, outputs);
};

/// The last layers of one embedding: Linear without bias, batch normalisation.
class EmbeddingOutputImpl : public torch::nn::Cloneable<EmbeddingOutputImpl> {
 public:
  EmbeddingOutputImpl(int64_t width, int64_t dimension);
  void reset() override;
  /// @param x  B x D  @return B x dimension
  torch::Tensor forward(const torch::Tensor& x);

  int64_t width, dimension;
  torch::nn::Linear fc{nullptr};
  torch::nn::BatchNorm1d batch_norm{nullptr};
};
TORCH_MODULE(EmbeddingOutput);

/// Identity from a backbone's last feature: layer norm, mean over the tokens, Linear, batch norm, Linear, batch norm.
///
/// Naive Faceptor's embedding head, and Faceptor's interpreter `feature_v2`, which is the same. Batch norms use eps 2e-5.
class EmbeddingHeadImpl : public torch::nn::Cloneable<EmbeddingHeadImpl>, public Head {
 public:
  explicit EmbeddingHeadImpl(EmbeddingHeadOptions options);
  void reset() override;

  const std::vector<int64_t>& levels() const override { return levels_; }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;

  EmbeddingHeadOptions options;
  torch::nn::LayerNorm norm{nullptr};
  torch::nn::Linear fc{nullptr};
  torch::nn::BatchNorm1d batch_norm{nullptr};
  torch::nn::ModuleDict outputs{nullptr};  ///< of `EmbeddingOutput`, by task

 private:
  std::vector<int64_t> levels_;
};
TORCH_MODULE(EmbeddingHead);

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/embedding_head_inl.hpp>
#endif
