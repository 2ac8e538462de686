#pragma once

#include <torch/torch.h>

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <span>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/nn/attention.hpp>
#include <faceptor/nn/layers.hpp>

namespace faceptor {

/// Options of `Vit`.
struct VitOptions {
  VitOptions(int64_t width, int64_t layers, int64_t heads, int64_t patch) : width_(width), layers_(layers), heads_(heads), patch_(patch) {}

  /// FaRL's sizes: ViT-B/16, ViT-L/16, ViT-H/14.
  static VitOptions base16() { return {768, 12, 12, 16}; }
  static VitOptions large16() { return {1024, 24, 16, 16}; }
  static VitOptions huge14() { return {1280, 32, 16, 14}; }

  /// Channels D of a token.
  TORCH_ARG(int64_t, width);
  /// Number of blocks.
  TORCH_ARG(int64_t, layers);
  /// Attention heads of a block.
  TORCH_ARG(int64_t, heads);
  /// Side of a patch in pixels.
  TORCH_ARG(int64_t, patch);
  /// Side in pixels of the square image that the stored position embedding is for. It is resized to any other.
  TORCH_ARG(int64_t, image_side) = 512;
  /// Hidden width of a block's MLP, as a multiple of the width.
  TORCH_ARG(int64_t, mlp_ratio) = 4;
  /// Stochastic depth of the last block; that of the others rises linearly from 0 at the first.
  TORCH_ARG(double, drop_path) = 0.2;
  /// What is dropped at once: a token position of the whole batch, as published, or a sample.
  TORCH_ARG(nn::DropPath, drop_path_of) = nn::DropPath::positions;
  /// Width of CLIP's output projection, which takes no part in the features; 0 leaves it and the last norm out.
  TORCH_ARG(int64_t, projection) = 512;

 public:
  /// Cells along a side of the stored position embedding.
  int64_t grid() const { return image_side_ / patch_; }

  template <class Visitor>
  void each_field(Visitor&& visit);

  nlohmann::json to_json() const;
  /// @throws Error(format) when a value is missing or out of range, or a name unknown
  static VitOptions from_json(const nlohmann::json& config);
};

/// One block of the transformer, pre-norm: x + attention(norm1(x)), then x + mlp(norm2(x)).
class VitBlockImpl : public torch::nn::Cloneable<VitBlockImpl> {
 public:
  /// @param drop_path  stochastic depth of both branches
  VitBlockImpl(VitOptions options, double drop_path);
  void reset() override;

  /// @param tokens  B x L x D
  /// @return        B x L x D
  torch::Tensor forward(const torch::Tensor& tokens);

  VitOptions options;
  double drop_path;
  torch::nn::LayerNorm norm1{nullptr};
  nn::Attention attention{nullptr};
  torch::nn::LayerNorm norm2{nullptr};
  nn::Mlp mlp{nullptr};
};

TORCH_MODULE(VitBlock);

/// The vision transformer of CLIP and FaRL, whose blocks' outputs are the features.
///
/// A feature is B x D x H/patch x W/patch, class token dropped; the last norm and the projection exist for the sake of the
/// published weights and take no part. Images may have any sides, rectangles included; what is left over beyond whole
/// patches at the right and bottom is not seen.
/// See docs/model.md, "Backbone".
class VitImpl : public torch::nn::Cloneable<VitImpl>, public Backbone {
 public:
  explicit VitImpl(VitOptions options);
  void reset() override;

  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> levels) override;
  int64_t levels() const override { return options.layers(); }
  int64_t width(int64_t) const override { return options.width(); }
  int64_t stride(int64_t) const override { return options.patch(); }
  /// Block by block.
  bool set_recompute(bool on) override;
  std::shared_ptr<Backbone> frozen(nn::Precision precision) const override;
  nlohmann::json config() const override;

  VitOptions options;
  torch::nn::Conv2d patch_embedding{nullptr};
  torch::Tensor class_token;         ///< D
  torch::Tensor position_embedding;  ///< (1 + grid²) x D
  torch::nn::LayerNorm norm_pre{nullptr};
  torch::nn::ModuleList blocks{nullptr};
  torch::nn::LayerNorm norm_post{nullptr};  ///< empty when `projection` is 0
  torch::Tensor projection;                 ///< D x projection; undefined when that is 0

 private:
  /// @return B x (1 + HW) x D
  torch::Tensor embed(const torch::Tensor& images);
  /// @param tokens  B x L x D
  torch::Tensor run_block(int64_t i, const torch::Tensor& tokens);

  bool recompute_ = false;
};

TORCH_MODULE(Vit);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/backbone/impl/vit_inl.hpp>
#endif
