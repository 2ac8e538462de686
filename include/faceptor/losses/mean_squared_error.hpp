#pragma once

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/loss.hpp>
#include <faceptor/losses/regression.hpp>

namespace faceptor::losses {

/// Options of `MeanSquaredError`: none.
using MeanSquaredErrorOptions = NoOptions;

/// `mean((x - y)^2)` over samples and outputs.
///
/// Output: B x Q, or any shape with a batch in front. Labels: floating point of the same shape, finite; for Q = 1 also B.
class MeanSquaredErrorImpl : public LossModule<MeanSquaredErrorImpl, MeanSquaredErrorOptions> {
 public:
  static constexpr const char* kName = "mean_squared_error";
  static LabelNeeds needs(const Options&, std::int64_t outputs) { return regression_labels(outputs); }

  explicit MeanSquaredErrorImpl(MeanSquaredErrorOptions options = MeanSquaredErrorOptions());
  LossValue forward(const torch::Tensor& output, const Labels& labels) override;
};

FACEPTOR_LOSS(MeanSquaredError);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/mean_squared_error_inl.hpp>
#endif
