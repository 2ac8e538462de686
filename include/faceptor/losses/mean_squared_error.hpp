#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `MeanSquaredError`: none.
struct MeanSquaredErrorOptions {
  template <class Visitor>
  void each_field(Visitor&&) {}
};

/// `mean((x - y)^2)` over samples and outputs.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
class MeanSquaredErrorImpl : public LossModule<MeanSquaredErrorImpl, MeanSquaredErrorOptions> {
 public:
  static constexpr const char* kName = "mean_squared_error";

  explicit MeanSquaredErrorImpl(MeanSquaredErrorOptions options = MeanSquaredErrorOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(MeanSquaredError);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/losses/mean_squared_error_inl.hpp>
#endif
