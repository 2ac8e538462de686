#pragma once

#include <torch/torch.h>

#include <optional>

#include <faceptor/core/config.hpp>
#include <faceptor/losses/labels.hpp>
#include <faceptor/tasks/task_spec.hpp>

namespace faceptor::train {

/// The share of right answers in a training batch, 0 to 1, as the reference logs it: for a glance while training, not for tables.
///
/// One class of many (losses cross_entropy and focal on values): the greatest output is the label. Attributes (binary_cross_entropy,
/// binary_focal): an output over 0 is a yes; a label of -1, unknown, counts as wrong, as in the reference. Nothing for other tasks.
/// @param output  the task's raw output
/// @return        a scalar tensor on the output's device, so that asking doesn't wait for it
std::optional<torch::Tensor> training_accuracy(const TaskSpec& spec, const torch::Tensor& output, const losses::Labels& labels);

}  // namespace faceptor::train

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/train/training_accuracy_inl.hpp>
#endif
