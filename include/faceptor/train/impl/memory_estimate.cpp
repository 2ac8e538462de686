#include <nlohmann/json.hpp>

#include <faceptor/train/memory_estimate.hpp>

namespace faceptor::train {

MemoryEstimate estimate_memory(FaceModel& model, const std::vector<GroupedParameter>& parameters, const std::vector<PassSize>& passes,
                               bool average, bool recompute) {
  constexpr std::int64_t kBytes = 4;
  MemoryEstimate estimate;
  bool backbone_trained = false;
  for (const auto& parameter : parameters) {
    const auto bytes = parameter.value.numel() * kBytes;
    estimate.weights += bytes;
    if (parameter.frozen) continue;
    estimate.gradients += bytes;
    estimate.optimizer += 2 * bytes;
    backbone_trained = backbone_trained || parameter.group() == "backbone";
  }
  if (average) estimate.average = estimate.weights;

  const auto& backbone = model.backbone();
  const auto width = backbone.width(0);
  const auto stride = backbone.stride(0);
  // What a block of a transformer keeps for a token: two norms, queries, keys, values, attention and its projection, and the four
  // times wider middle of the MLP before and after its activation.
  const std::int64_t per_token = 18 * width;
  for (const auto& pass : passes) {
    const auto tokens = (pass.width / stride) * (pass.height / stride) + 1;
    const auto blocks = backbone_trained && !recompute ? backbone.levels() : 2;
    estimate.activations += kBytes * pass.rows * tokens * per_token * blocks;
    // Maps are made at a quarter of the stride; several tensors of that size, some hundred channels wide, are kept.
    estimate.activations += kBytes * pass.dense * (pass.width * 4 / stride) * (pass.height * 4 / stride) * 256 * 4;
  }
  return estimate;
}

}  // namespace faceptor::train
