#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/label_needs.hpp>
#include <faceptor/losses/labels.hpp>

namespace faceptor::losses {

/// An output and its labels, of one shape and type.
struct Regression {
  torch::Tensor output;
  torch::Tensor target;
};

/// The two sides of a regression, checked. Labels have the shape of the output; of an output B x 1 also B; maps B x Q x H x W may be of
/// another size than the output, which is then resized to theirs (bilinear, corners not aligned).
/// @throws Error(shape) where they don't fit, Error(argument) for labels on the CPU that are not finite
Regression regression(std::string_view who, const torch::Tensor& output, const Labels& labels);

/// The labels that a regression takes: numbers, one an output; maps, one an output; of a single output also ages.
inline LabelNeeds regression_labels(std::int64_t outputs) {
  LabelNeeds needs{{LabelKind::values, LabelKind::soft_maps}, outputs};
  if (outputs == 1) needs.kinds.push_back(LabelKind::age);
  return needs;
}

/// Maps resized as parsing and landmarks resize them: bilinear, corners not aligned. B x Q x h x w to B x Q x height x width.
torch::Tensor resize_maps(const torch::Tensor& maps, std::int64_t height, std::int64_t width);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/regression_inl.hpp>
#endif
