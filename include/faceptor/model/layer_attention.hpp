#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// How a task picks its layers: which share of its attention goes to each level of the backbone. It depends on the picture.
struct LayerAttention {
  std::vector<std::int64_t> levels;  ///< of the backbone, ascending
  torch::Tensor shares;  ///< B x decoder layers x levels, float64 on the CPU: means over queries and heads; over levels they add up to 1
};

/// Runs one task and looks where the cross-attention of its queries goes (Layer-Attention, docs/model.md).
/// @param images  B x 3 x H x W, normalised as the task's view says, on any device
/// @return        nothing for a task without queries: of Naive Faceptor all, of Faceptor those that read the backbone
/// @throws Error as `FaceModel::forward`
std::optional<LayerAttention> layer_attention(FaceModel& model, const torch::Tensor& images, std::size_t task);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/layer_attention_inl.hpp>
#endif
