#pragma once

#include <torch/torch.h>

#include <memory>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/heads/standard_heads.hpp>

/// What turns a task's tokens into its raw output. Tasks of one kind share one interpreter.
///
/// The reference's `feature_v2` reads the backbone and not the decoder: it is `heads::EmbeddingHead`.
namespace faceptor::decoder {

/// One number a token: a linear layer.
class ValueInterpreterImpl : public torch::nn::Cloneable<ValueInterpreterImpl>, public Interpreter {
 public:
  explicit ValueInterpreterImpl(int64_t hidden);
  void reset() override;
  /// @param tokens  B x Q x hidden  @return B x Q
  torch::Tensor forward(const torch::Tensor& tokens);
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                       std::span<const std::size_t> wanted) override;

  int64_t hidden;
  torch::nn::Linear fc{nullptr};
};
TORCH_MODULE(ValueInterpreter);

/// Four times the side: transposed convolution, channel norm (eps 1e-6), GELU, transposed convolution; both 2x2, stride 2.
///
/// Only products of tokens and pixels are ever needed, so the last convolution is moved over to the tokens, which are
/// fewer: <token, W pixel + b> = <W' token, pixel> + <token, b>.
class PixelDecoderImpl : public torch::nn::Cloneable<PixelDecoderImpl> {
 public:
  explicit PixelDecoderImpl(int64_t hidden);
  void reset() override;

  /// @param source  B x HW x hidden
  /// @return        B x (HW * 4) x hidden, the pixels of twice the side before the last convolution, grouped by cell
  torch::Tensor forward(const torch::Tensor& source);

  /// @param tokens   B x Q x hidden
  /// @param pixels   what `forward` gave for a grid of rows x columns
  /// @return         B x Q x 4 rows x 4 columns: the products of the tokens with the pixels of four times the side
  torch::Tensor maps(const torch::Tensor& tokens, const torch::Tensor& pixels, int64_t rows, int64_t columns);

  int64_t hidden;
  torch::nn::ConvTranspose2d upsample1{nullptr};
  torch::nn::LayerNorm norm{nullptr};
  torch::nn::ConvTranspose2d upsample2{nullptr};
};
TORCH_MODULE(PixelDecoder);

/// One map a token: the product of the token with each pixel of the pixel decoder.
///
/// `map_v2` passes the tokens through three linear layers with ReLU between; the ablation `map` takes them as they are.
class MapInterpreterImpl : public torch::nn::Cloneable<MapInterpreterImpl>, public Interpreter {
 public:
  MapInterpreterImpl(int64_t hidden, bool with_token_mlp);
  void reset() override;

  /// The pixels of a memory; made once for all tasks. @return see `PixelDecoder::forward`
  torch::Tensor pixels(const Memory& memory);

  /// @param tokens  B x Q x hidden
  /// @param pixels  of the same rows
  /// @return        B x Q x 4 rows x 4 columns
  torch::Tensor forward(const torch::Tensor& tokens, const torch::Tensor& pixels, int64_t rows, int64_t columns);
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                       std::span<const std::size_t> wanted) override;
  std::shared_ptr<Interpreter> frozen(nn::Precision precision) const override;

  int64_t hidden;
  bool with_token_mlp;
  PixelDecoder pixel_decoder{nullptr};
  torch::nn::ModuleList token_mlp{nullptr};  ///< of `Linear`; empty without the MLP
};
TORCH_MODULE(MapInterpreter);

/// An embedding from two query tokens (an ablation): joined channel by channel, then Linear, batch norm, Linear, batch norm.
class FeatureInterpreterImpl : public torch::nn::Cloneable<FeatureInterpreterImpl>, public Interpreter {
 public:
  static constexpr std::int64_t kQueries = 2;

  FeatureInterpreterImpl(int64_t hidden, std::vector<heads::HeadOutput> outputs);
  void reset() override;
  /// @param tokens  B x 2 x hidden  @return B x dimension
  torch::Tensor forward(const torch::Tensor& tokens, std::size_t output);
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                       std::span<const std::size_t> wanted) override;

  int64_t hidden;
  std::vector<heads::HeadOutput> output_list;
  torch::nn::Linear fc{nullptr};
  torch::nn::BatchNorm1d batch_norm{nullptr};
  torch::nn::ModuleDict outputs{nullptr};  ///< of `heads::EmbeddingOutput`, by task
};
TORCH_MODULE(FeatureInterpreter);

}  // namespace faceptor::decoder

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/decoder/impl/interpreters_inl.hpp>
#endif
