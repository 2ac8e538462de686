#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>

namespace faceptor::losses {

/// Options of `MeanAbsoluteError`: none.
struct MeanAbsoluteErrorOptions {
  template <class Visitor>
  void each_field(Visitor&&) {}
};

/// `mean(|x - y|)` over samples and outputs.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
class MeanAbsoluteErrorImpl : public LossModule<MeanAbsoluteErrorImpl, MeanAbsoluteErrorOptions> {
 public:
  static constexpr const char* kName = "mean_absolute_error";

  explicit MeanAbsoluteErrorImpl(MeanAbsoluteErrorOptions options = MeanAbsoluteErrorOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(MeanAbsoluteError);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/losses/mean_absolute_error_inl.hpp>
#endif
