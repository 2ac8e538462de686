#pragma once

#include <torch/torch.h>

#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/heads/head.hpp>

namespace faceptor::heads {

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

/// Convolution without bias, batch norm, ReLU; the size of the map is kept.
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

}  // namespace faceptor::heads

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/heads/impl/dense_head_inl.hpp>
#endif
