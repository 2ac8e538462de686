#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/freeze.hpp>
#include <faceptor/nn/layers.hpp>

/// What the frozen forms of backbones, heads and decoders are built from: immutable values without gradients, safe to be used by many
/// threads at once.
namespace faceptor::nn {

/// What a frozen layer does to its product.
enum class Then {
  nothing,
  relu,
  silu,  ///< x * sigmoid(x)
};

/// A linear layer whose weights were brought into the order that this CPU's kernel reads them in.
///
/// On CPUs with AVX-512 the kernel is oneDNN's, which does what follows the product as well; elsewhere LibTorch's own product is as fast,
/// and the weights are shared with the plain layer. In bf16 and int8 the kernels are those of the precision.
class FrozenLinear {
 public:
  FrozenLinear() = default;
  /// @param weight  out x in
  /// @param bias    out, or undefined
  FrozenLinear(const torch::Tensor& weight, const torch::Tensor& bias, Precision precision, Then then = Then::nothing);
  FrozenLinear(const torch::nn::LinearImpl& layer, Precision precision, Then then = Then::nothing)
      : FrozenLinear(layer.weight, layer.bias, precision, then) {}

  /// @param x  ... x in, of any floating-point type
  /// @return   ... x out; in bfloat16 where that is the precision
  torch::Tensor operator()(const torch::Tensor& x) const;

  /// The layer as a residual branch.
  /// @param residual  ... x out
  /// @return          residual + layer(x), of the residual's type
  torch::Tensor add(const torch::Tensor& x, const torch::Tensor& residual) const;

 private:
  enum class Way { plain, onednn, int8 };
  torch::Tensor finish(torch::Tensor product) const;

  Way way_ = Way::plain;
  Then then_ = Then::nothing;
  torch::Tensor weight_, bias_;
  c10::IValue packed_;  ///< of int8
};

/// A convolution of stride 1 that keeps the sides of its maps.
class FrozenConv {
 public:
  FrozenConv() = default;
  /// @param weight     out x in x k x k, k odd
  /// @param bias       out, or undefined
  /// @param precision  LibTorch has no convolution for int8 that takes its inputs as they come: these are done in the type of the weights
  FrozenConv(const torch::Tensor& weight, const torch::Tensor& bias, Precision precision, Then then = Then::nothing);

  /// @param x  B x in x H x W, of any floating-point type
  /// @return   B x out x H x W; in bfloat16 where that is the precision
  torch::Tensor operator()(const torch::Tensor& x) const;

 private:
  Then then_ = Then::nothing;
  torch::Tensor weight_, bias_;
};

/// `AttentionImpl::attend` for inference. In reduced precision, on CPUs that compute in bfloat16, long sequences go a head at a time
/// through two plain products: LibTorch's fused attention gains nothing by bfloat16, and the scores of one head stay in the cache.
/// @param queries  B x heads x Q x d
/// @return         B x Q x D, of the queries' type or in bfloat16
torch::Tensor attend(const torch::Tensor& queries, const KeysAndValues& memory, Precision precision);

/// A layer norm of the last dimension.
class FrozenNorm {
 public:
  FrozenNorm() = default;
  explicit FrozenNorm(const torch::nn::LayerNormImpl& norm);
  torch::Tensor operator()(const torch::Tensor& x) const;

 private:
  torch::Tensor weight_, bias_;
  double eps_ = 0;
};

/// Two linear layers with an activation between. CLIP's x * sigmoid(1.702 x) is silu(1.702 x) / 1.702: both factors go into the weights.
class FrozenMlp {
 public:
  FrozenMlp() = default;
  FrozenMlp(const MlpImpl& mlp, Precision precision);
  /// @return residual + mlp(x)
  torch::Tensor add(const torch::Tensor& x, const torch::Tensor& residual) const;

 private:
  FrozenLinear fc1_, fc2_;
  bool gelu_ = false;  ///< the exact one stands apart
};

/// Tensors that follow from the sides of a grid alone, each made once. Safe to be used by many threads at once.
class GridCache {
 public:
  torch::Tensor get(std::int64_t rows, std::int64_t columns, const std::function<torch::Tensor()>& make) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::pair<std::int64_t, std::int64_t>, torch::Tensor> made_;
};

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/frozen_layers_inl.hpp>
#endif
