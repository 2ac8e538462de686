#pragma once

#include <torch/torch.h>

#include <array>
#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `CosineDistance`: none.
using CosineDistanceOptions = NoOptions;

/// `mean_b(1 - cos(x_b, y_b))`: the direction of an embedding is learnt from another one's, its teacher's (distillation).
///
/// Output: B x D. Labels: floating point B x D, finite; neither's length matters. A label of length 0 has no direction and gives 1.
class CosineDistanceImpl : public LossModule<CosineDistanceImpl, CosineDistanceOptions> {
 public:
  static constexpr const char* kName = "cosine_distance";
  static constexpr std::array kLabels = {LabelKind::values};

  explicit CosineDistanceImpl(CosineDistanceOptions options = CosineDistanceOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(CosineDistance);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/cosine_distance_inl.hpp>
#endif
