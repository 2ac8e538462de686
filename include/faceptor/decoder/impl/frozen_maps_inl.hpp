#pragma once

#include <ATen/record_function.h>

#include <vector>

#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/nn/children.hpp>
#include <faceptor/nn/frozen_layers.hpp>

namespace faceptor::decoder::detail {

/// Products of tokens with the pixels of a grid of rows x columns, in their places:
/// B x Q (fine row, fine column) x (row, column, middle row, middle column) -> B x Q x 4 rows x 4 columns.
FACEPTOR_INLINE torch::Tensor maps_of_products(const torch::Tensor& products, int64_t rows, int64_t columns) {
  return products.unflatten(1, {-1, 2, 2})
      .unflatten(-1, {rows, columns, 2, 2})
      .permute({0, 1, 4, 6, 2, 5, 7, 3})
      .reshape({products.size(0), -1, 4 * rows, 4 * columns});
}

/// `MapInterpreter` for inference: the last layer of the tokens' MLP and the moved convolution, between which nothing stands, are one
/// product, and the tokens of all tasks meet the pixels at once.
class FrozenMaps : public Interpreter {
 public:
  FrozenMaps(const MapInterpreterImpl& maps, nn::Precision precision);
  std::vector<torch::Tensor> interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                       std::span<const std::size_t> wanted) override;

 private:
  nn::FrozenLinear upsample_;
  nn::FrozenNorm norm_;
  std::vector<nn::FrozenLinear> mlp_;  ///< all but the last layer
  nn::FrozenLinear moved_;             ///< hidden -> 4 hidden: what meets the pixels
  nn::FrozenLinear offset_;            ///< hidden -> 1: what is added to each
};

FACEPTOR_INLINE FrozenMaps::FrozenMaps(const MapInterpreterImpl& maps, nn::Precision precision) : norm_(*maps.pixel_decoder->norm) {
  const torch::NoGradGuard no_grad;
  const auto hidden = maps.hidden;
  const auto& decoder = *maps.pixel_decoder;
  // As in `PixelDecoder`: transposed convolutions are linear layers.
  upsample_ = nn::FrozenLinear(decoder.upsample1->weight.permute({2, 3, 1, 0}).reshape({4 * hidden, hidden}),
                               decoder.upsample1->bias.repeat({4}), precision);
  auto weight = decoder.upsample2->weight.permute({2, 3, 0, 1}).reshape({4 * hidden, hidden});
  auto offset = decoder.upsample2->bias.unsqueeze(0);
  torch::Tensor weight_bias, offset_bias;
  const auto layers = maps.token_mlp->size();
  for (std::size_t i = 0; i + 1 < layers; ++i) {
    mlp_.emplace_back(nn::child<torch::nn::LinearImpl>(maps.token_mlp, i), nn::Precision::fp32, nn::Then::relu);
  }
  if (layers > 0) {
    const auto& last = nn::child<torch::nn::LinearImpl>(maps.token_mlp, layers - 1);
    weight_bias = weight.matmul(last.bias);
    offset_bias = offset.matmul(last.bias);
    weight = weight.matmul(last.weight);
    offset = offset.matmul(last.weight);
  }
  moved_ = nn::FrozenLinear(weight, weight_bias, nn::Precision::fp32);
  offset_ = nn::FrozenLinear(offset, offset_bias, nn::Precision::fp32);
}

FACEPTOR_INLINE std::vector<torch::Tensor> FrozenMaps::interpret(std::span<const torch::Tensor> tokens, const Memory& memory,
                                                                 std::span<const std::size_t>) {
  const torch::NoGradGuard no_grad;
  RECORD_USER_SCOPE("faceptor.pixel_maps");
  const auto width = memory.source.size(2);
  std::vector<int64_t> counts;
  for (const auto& own : tokens) counts.push_back(own.size(1));
  auto x = tokens.size() == 1 ? tokens.front() : torch::cat(std::vector<torch::Tensor>(tokens.begin(), tokens.end()), 1);  // B x Q x D
  for (const auto& layer : mlp_) x = layer(x);
  const auto moved = moved_(x).reshape({x.size(0), -1, width});            // B x 4Q x D
  auto pixels = upsample_(memory.source).reshape({x.size(0), -1, width});  // B x 4HW x D
  pixels = at::gelu(norm_(pixels.to(moved.scalar_type())));
  const auto products = torch::bmm(moved, pixels.transpose(1, 2));  // B x 4Q x 4HW
  auto maps = maps_of_products(products, memory.rows, memory.columns);
  return maps.add_(offset_(x).unsqueeze(-1)).split_with_sizes(counts, 1);
}

}  // namespace faceptor::decoder::detail
