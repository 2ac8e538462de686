#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/nn/children.hpp>

/// What the heads, and the interpreters of the query decoder, are ended with: one last layer a task.
namespace faceptor::heads {
namespace detail {

/// The reference's batch norm of pooled vectors, B x width.
inline torch::nn::BatchNorm1d vector_batch_norm(int64_t width) {
  return torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(width).eps(2e-5));
}

/// B x in -> B x out.
inline torch::nn::Linear linear_without_bias(int64_t in, int64_t out) {
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

/// Options of `DenseHead`.
struct DenseHeadOptions {
  /// @param widths   channels of the feature of each level
  /// @param strides  pixels per cell of each level
  DenseHeadOptions(std::vector<int64_t> levels, std::vector<int64_t> widths, std::vector<int64_t> strides, std::vector<HeadOutput> outputs)
      : levels_(std::move(levels)), widths_(std::move(widths)), strides_(std::move(strides)), outputs_(std::move(outputs)) {}
  /// The four levels read, ascending; they are brought to a quarter, half, once and twice the last one's stride.
  TORCH_ARG(std::vector<int64_t>, levels);
  /// Channels of each of these levels.
  TORCH_ARG(std::vector<int64_t>, widths);
  /// Pixels per cell of each of these levels.
  TORCH_ARG(std::vector<int64_t>, strides);
  /// The tasks and their numbers of maps.
  TORCH_ARG(std::vector<HeadOutput>, outputs);
  /// Channels within the head.
  TORCH_ARG(int64_t, channels) = 512;
  /// Sides of the grids of the pyramid pooling.
  TORCH_ARG(std::vector<int64_t>, pool_scales) = {1, 2, 3, 6};
  /// Dropout of whole channels before the last layer, in training.
  TORCH_ARG(double, dropout) = 0.1;
};

/// Convolution without bias, batch norm, ReLU; the size of the map is kept. Starts as MMCV's ConvModule: Kaiming normal, by fan out.
/// Of many processes, it is normalised by the statistics of all.
class ConvBnReluImpl : public torch::nn::Cloneable<ConvBnReluImpl> {
 public:
  ConvBnReluImpl(int64_t in, int64_t out, int64_t kernel);
  void reset() override;
  /// @param x  B x in x H x W  @return B x out x H x W
  torch::Tensor forward(const torch::Tensor& x);

  int64_t in, out, kernel;
  torch::nn::Conv2d conv{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};
};
TORCH_MODULE(ConvBnRelu);

/// Brings a feature to another stride: two transposed convolutions (x4), one (x2), nothing, or a maximum of 2x2 (x1/2).
class RescaleImpl : public torch::nn::Cloneable<RescaleImpl> {
 public:
  /// @param from, to  strides in one unit; `from` over `to` must be 4, 2, 1 or 1/2. @throws Error(argument)
  RescaleImpl(int64_t width, int64_t from, int64_t to);
  void reset() override;
  /// @param x  B x D x H x W  @return B x D x H * from/to x W * from/to
  torch::Tensor forward(const torch::Tensor& x);

  int64_t width, from, to;
  torch::nn::ConvTranspose2d upsample1{nullptr};  ///< x4 and x2
  torch::nn::BatchNorm2d norm{nullptr};           ///< x4
  torch::nn::ConvTranspose2d upsample2{nullptr};  ///< x4
};
TORCH_MODULE(Rescale);

/// Naive Faceptor's head for dense maps (parsing, landmarks): UPerNet (Xiao et al. 2018) on four levels.
///
/// Maps come at a quarter of a ViT's stride: 128 x 128 for an image of 512.
class DenseHeadImpl : public torch::nn::Cloneable<DenseHeadImpl>, public Head {
 public:
  explicit DenseHeadImpl(DenseHeadOptions options);
  void reset() override;

  const std::vector<int64_t>& levels() const override { return options.levels(); }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;
  std::int64_t map_channels() const override;
  std::shared_ptr<Head> frozen(nn::Precision precision) const override;

  DenseHeadOptions options;
  torch::nn::ModuleList pyramid{nullptr};  ///< of `Rescale`, one a level
  torch::nn::ModuleList pooling{nullptr};  ///< of `ConvBnRelu`, one a pool scale
  ConvBnRelu bottleneck{nullptr};
  torch::nn::ModuleList laterals{nullptr};  ///< of `ConvBnRelu`, for the first three levels
  torch::nn::ModuleList smooths{nullptr};   ///< of `ConvBnRelu`, for the first three levels
  ConvBnRelu fusion{nullptr};
  torch::nn::ModuleDict outputs{nullptr};  ///< of `Conv2d`, by task

 private:
  torch::Tensor pool(const torch::Tensor& last);
};
TORCH_MODULE(DenseHead);

/// Options of `AttributeHead`.
struct AttributeHeadOptions {
  /// @param widths  channels of the feature of each level
  AttributeHeadOptions(std::vector<int64_t> levels, std::vector<int64_t> widths, std::vector<HeadOutput> outputs)
      : levels_(std::move(levels)), widths_(std::move(widths)), outputs_(std::move(outputs)) {}
  /// The levels read, ascending.
  TORCH_ARG(std::vector<int64_t>, levels);
  /// Channels of each of these levels.
  TORCH_ARG(std::vector<int64_t>, widths);
  /// The tasks and their numbers of values.
  TORCH_ARG(std::vector<HeadOutput>, outputs);
  /// Width of the vector before the last layer; a multiple of the number of levels.
  TORCH_ARG(int64_t, hidden) = 512;
  /// Channels of the gate's narrow layer = hidden / reduction.
  TORCH_ARG(int64_t, reduction) = 16;
  /// Dropout after each of the two hidden layers, in training.
  TORCH_ARG(double, dropout) = 0.5;
};

/// Scales channels by a gate computed from their mean and their maximum over the map (CBAM's channel attention).
class ChannelAttentionImpl : public torch::nn::Cloneable<ChannelAttentionImpl> {
 public:
  ChannelAttentionImpl(int64_t channels, int64_t reduction);
  void reset() override;
  /// @param x  B x C x H x W  @return B x C x H x W
  torch::Tensor forward(const torch::Tensor& x);

  int64_t channels, reduction;
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
};
TORCH_MODULE(ChannelAttention);

/// Naive Faceptor's head for attribute vectors (age, expression, attributes): the design of SwinFace.
///
/// A 3x3 convolution of each of several levels, joined; channel attention; global maximum; batch norm (eps 2e-5); two
/// hidden layers; one linear layer a task.
class AttributeHeadImpl : public torch::nn::Cloneable<AttributeHeadImpl>, public Head {
 public:
  explicit AttributeHeadImpl(AttributeHeadOptions options);
  void reset() override;

  const std::vector<int64_t>& levels() const override { return options.levels(); }
  std::vector<torch::Tensor> forward(const FeaturePyramid& pyramid, std::span<const std::size_t> wanted) override;
  std::shared_ptr<Head> frozen(nn::Precision precision) const override;

  AttributeHeadOptions options;
  torch::nn::ModuleList convs{nullptr};
  ChannelAttention channel_attention{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
  torch::nn::ModuleDict outputs{nullptr};  ///< of `Linear`, by task
};
TORCH_MODULE(AttributeHead);

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
  std::shared_ptr<Head> frozen(nn::Precision precision) const override;

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
#include <faceptor/heads/impl/standard_heads_inl.hpp>
#endif
