#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// The nonlinearity between two layers.
enum class Activation {
  relu,
  gelu,        ///< exact, by the error function
  quick_gelu,  ///< x * sigmoid(1.702 x), CLIP's
};

/// Applies an activation to each value.
torch::Tensor activate(const torch::Tensor& x, Activation activation);

/// Options of `Mlp`.
struct MlpOptions {
  MlpOptions(int64_t width, int64_t hidden) : width_(width), hidden_(hidden) {}
  /// Width D of tokens in and out.
  TORCH_ARG(int64_t, width);
  /// Width between the two layers.
  TORCH_ARG(int64_t, hidden);
  /// What stands between them.
  TORCH_ARG(Activation, activation) = Activation::relu;
};

/// Two linear layers on each token: D -> hidden -> D.
class MlpImpl : public torch::nn::Cloneable<MlpImpl> {
 public:
  explicit MlpImpl(MlpOptions options);
  void reset() override;

  /// @param tokens  ... x D
  /// @return        ... x D
  torch::Tensor forward(const torch::Tensor& tokens);

  MlpOptions options;
  torch::nn::Linear fc1{nullptr};
  torch::nn::Linear fc2{nullptr};
};

TORCH_MODULE(Mlp);

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/mlp_inl.hpp>
#endif
