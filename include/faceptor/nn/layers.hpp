#pragma once

#include <torch/torch.h>

#include <array>
#include <string_view>

#include <faceptor/core/config.hpp>

namespace faceptor::nn {

/// What one draw of stochastic depth decides about.
enum class DropPath {
  positions,  ///< a token position, in all samples of the batch at once: what the published backbone does, whose blocks run on L x B x D
  samples,    ///< a sample, with all of its tokens: Huang et al.
};

/// "positions", "samples".
constexpr std::string_view to_string(DropPath value) { return value == DropPath::samples ? "samples" : "positions"; }
constexpr std::array<DropPath, 2> values_of(DropPath) { return {DropPath::positions, DropPath::samples}; }

/// Stochastic depth (Huang et al. 2016): in training drops parts of a residual branch, each with probability `rate`, and divides what
/// is kept by `1 - rate`. Outside training, or at rate 0, the identity.
/// @param branch  B x L x D
/// @param parts   the mask is 1 x L x 1 for positions, B x 1 x 1 for samples
torch::Tensor drop_path(const torch::Tensor& branch, double rate, bool training, DropPath parts = DropPath::positions);

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

/// A learned position embedding brought to another grid: the class row is kept, the grid rows are interpolated
/// (bicubic, `align_corners=false`), as CLIP's are. The same grid in and out gives the embedding itself.
/// @param embedding  (1 + rows * columns) x D, the class row first
/// @return           (1 + to_rows * to_columns) x D
/// @throws Error(shape) when the embedding has another number of rows
torch::Tensor resize_position_embedding(const torch::Tensor& embedding, int64_t rows, int64_t columns, int64_t to_rows, int64_t to_columns);

/// The fixed sine-cosine map of a grid ("End-to-end object detection with transformers", normalised to 2 pi).
///
/// For the cell in row r and column c, y = (r + 0.5) / rows and x = (c + 0.5) / columns, times 2 pi, are divided by
/// 10000^(2 floor(k / 2) / (D / 2)), k = 0 .. D/2 - 1; sine at even k, cosine at odd k; y's values first, then x's.
/// @param width    D, a multiple of 4
/// @param options  type (float32 if not given) and device
/// @return         (rows * columns) x D, row by row
torch::Tensor sine_position_map(int64_t rows, int64_t columns, int64_t width, torch::TensorOptions options = {});

}  // namespace faceptor::nn

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/nn/impl/layers_inl.hpp>
#endif
