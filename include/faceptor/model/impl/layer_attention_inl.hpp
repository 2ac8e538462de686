#pragma once

#include <algorithm>
#include <numeric>
#include <utility>

#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/layer_attention.hpp>
#include <faceptor/nn/guard.hpp>

namespace faceptor {

FACEPTOR_INLINE std::optional<LayerAttention> layer_attention(FaceModel& model, const torch::Tensor& images, std::size_t task) {
  auto* faceptor = dynamic_cast<FaceptorImpl*>(&model);
  if (faceptor == nullptr) return std::nullopt;
  return guarded("faceptor: looking at the attention", [&]() -> std::optional<LayerAttention> {
    const torch::NoGradGuard no_grad;
    const auto parameters = model.module().parameters();
    const auto batch = ViewBatch::all(images.to(parameters.front().device()), std::span<const std::size_t>(&task, 1));
    ForwardTrace trace;
    model.forward(std::span<const ViewBatch>(&batch, 1), &trace);
    if (trace.decoder.empty()) return std::nullopt;
    LayerAttention attention;
    attention.levels = faceptor->decoder->options.levels();
    const auto& added = faceptor->decoder->options.new_levels();
    attention.levels.insert(attention.levels.end(), added.begin(), added.end());
    std::vector<std::int64_t> order(attention.levels.size());
    std::iota(order.begin(), order.end(), std::int64_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) {
      return attention.levels[static_cast<std::size_t>(a)] < attention.levels[static_cast<std::size_t>(b)];
    });
    std::sort(attention.levels.begin(), attention.levels.end());
    const auto shares = torch::stack(trace.decoder.front().front().level_shares, 1);  // B x layers x Q x levels
    attention.shares = shares.to(torch::kCPU, torch::kFloat64).mean(2).index_select(2, torch::tensor(order));
    return attention;
  });
}

}  // namespace faceptor
