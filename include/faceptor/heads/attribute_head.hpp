#pragma once

#include <torch/torch.h>

#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/heads/head.hpp>

namespace faceptor::heads {

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

  AttributeHeadOptions options;
  torch::nn::ModuleList convs{nullptr};
  ChannelAttention channel_attention{nullptr};
  torch::nn::BatchNorm1d norm{nullptr};
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
  torch::nn::ModuleDict outputs{nullptr};  ///< of `Linear`, by task
};
TORCH_MODULE(AttributeHead);

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/attribute_head_inl.hpp>
#endif
