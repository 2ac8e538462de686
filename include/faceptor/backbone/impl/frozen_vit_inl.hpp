#pragma once

#include <ATen/record_function.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::detail {

void check_vit(const VitOptions& options, const torch::Tensor& images, std::span<const int64_t> wanted);
torch::Tensor vit_feature(const torch::Tensor& tokens, int64_t rows, int64_t columns);

/// `Vit` for inference: packed weights, each residual added by the kernel of its product, the position embedding resized once a grid, and
/// small images a few at a time, so that what lies between two layers stays in the cache.
class FrozenVit : public Backbone {
 public:
  FrozenVit(const VitImpl& vit, nn::Precision precision);

  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> levels) override;
  int64_t levels() const override { return options_.layers(); }
  int64_t width(int64_t) const override { return options_.width(); }
  int64_t stride(int64_t) const override { return options_.patch(); }
  nlohmann::json config() const override { return options_.to_json(); }

 private:
  struct Block {
    nn::FrozenNorm norm1, norm2;
    nn::FrozenLinear in_proj, out_proj;
    nn::FrozenMlp mlp;
  };

  /// @return B x (1 + HW) x D
  torch::Tensor embed(const torch::Tensor& images) const;
  torch::Tensor run_block(const Block& block, const torch::Tensor& tokens) const;

  VitOptions options_;
  nn::Precision precision_;
  nn::FrozenLinear patches_;
  torch::Tensor class_token_, position_embedding_;
  nn::GridCache positions_;
  nn::FrozenNorm norm_pre_;
  std::vector<Block> blocks_;
};

FACEPTOR_INLINE FrozenVit::FrozenVit(const VitImpl& vit, nn::Precision precision)
    : options_(vit.options),
      precision_(precision),
      patches_(vit.patch_embedding->weight.flatten(1), {}, precision == nn::Precision::int8 ? nn::Precision::fp32 : precision),
      class_token_(vit.class_token.detach()),
      position_embedding_(vit.position_embedding.detach()),
      norm_pre_(*vit.norm_pre) {
  for (std::size_t i = 0; i < vit.blocks->size(); ++i) {
    const auto& block = nn::child<VitBlockImpl>(vit.blocks, i);
    blocks_.push_back({nn::FrozenNorm(*block.norm1), nn::FrozenNorm(*block.norm2), nn::FrozenLinear(*block.attention->in_proj, precision),
                       nn::FrozenLinear(*block.attention->out_proj, precision), nn::FrozenMlp(*block.mlp, precision)});
  }
}

FACEPTOR_INLINE torch::Tensor FrozenVit::embed(const torch::Tensor& images) const {
  RECORD_USER_SCOPE("faceptor.embed");
  const auto patch = options_.patch();
  const auto batch = images.size(0);
  const auto rows = images.size(2) / patch;
  const auto columns = images.size(3) / patch;
  // A convolution whose stride is its side is one product: B x 3 x H x p x W x p -> B x HW x 3pp.
  const auto cut = images.narrow(2, 0, rows * patch)
                       .narrow(3, 0, columns * patch)
                       .reshape({batch, 3, rows, patch, columns, patch})
                       .permute({0, 2, 4, 1, 3, 5})
                       .reshape({batch, rows * columns, 3 * patch * patch});
  const auto positions = positions_.get(rows, columns, [&] {
    auto all = nn::resize_position_embedding(position_embedding_, options_.grid(), options_.grid(), rows, columns).clone();
    all.select(0, 0).add_(class_token_);
    return all;
  });
  auto tokens = torch::empty({batch, 1 + rows * columns, options_.width()}, positions.options());
  tokens.select(1, 0).copy_(positions.select(0, 0));
  auto grid = tokens.slice(1, 1);
  at::add_out(grid, patches_(cut), positions.slice(0, 1));
  return norm_pre_(tokens);
}

FACEPTOR_INLINE torch::Tensor FrozenVit::run_block(const Block& block, const torch::Tensor& tokens) const {
  torch::Tensor x;
  {
    RECORD_USER_SCOPE("faceptor.attention");
    const auto qkv = block.in_proj(block.norm1(tokens)).unflatten(-1, {3, options_.heads(), -1}).permute({2, 0, 3, 1, 4});
    x = block.out_proj.add(nn::attend(qkv[0], {qkv[1], qkv[2]}, precision_), tokens);  // 3 of B x heads x L x d
  }
  RECORD_USER_SCOPE("faceptor.mlp");
  return block.mlp.add(block.norm2(x), x);
}

FACEPTOR_INLINE FeaturePyramid FrozenVit::forward(const torch::Tensor& images, std::span<const int64_t> wanted) {
  check_vit(options_, images, wanted);
  FeaturePyramid pyramid;
  if (wanted.empty()) return pyramid;
  const torch::NoGradGuard no_grad;
  const auto rows = images.size(2) / options_.patch();
  const auto columns = images.size(3) / options_.patch();
  const auto batch = images.size(0);
  // Pieces whose activations stay in the cache; the size is a guess. A GPU is better filled than spared.
  constexpr int64_t kTokens = 512;
  const auto at_once = images.is_cpu() ? std::max<int64_t>(1, kTokens / (1 + rows * columns)) : std::max<int64_t>(1, batch);
  std::vector<std::vector<torch::Tensor>> pieces(wanted.size());  // by level, then by images
  int64_t begin = 0;
  do {
    const auto end = std::min(batch, begin + at_once);
    auto x = embed(images.slice(0, begin, end));
    std::size_t next = 0;
    for (int64_t i = 0; i <= wanted.back(); ++i) {
      x = run_block(blocks_[static_cast<std::size_t>(i)], x);
      if (wanted[next] == i) pieces[next++].push_back(x);
    }
    begin = end;
  } while (begin < batch);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto tokens = pieces[i].size() == 1 ? pieces[i].front() : torch::cat(pieces[i]);
    pyramid.add(wanted[i], vit_feature(tokens, rows, columns));
  }
  return pyramid;
}

}  // namespace faceptor::detail
