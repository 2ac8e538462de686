#pragma once

#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/nn/tensors.hpp>
#include <faceptor/tasks/task_list.hpp>
#include <faceptor/train/parameter_groups.hpp>

/// The optimizer's state in a published checkpoint, to resume a training that the published code began.
namespace faceptor::train {

/// The parameters of a checkpoint's model in the order of its module tree, which is the order of its optimizer's groups, under their
/// published names: the state dict without buffers and without second names of one tensor.
std::vector<std::string> published_parameters(const files::Checkpoint& checkpoint);

/// The state that the checkpoint's optimizer left, under this library's names, as `AdamW::load_state` takes it, rates included.
/// @param tasks       the model's
/// @param parameters  those trained here: of a checkpoint of the second stage, its optimizer has only them
/// @return            empty if the checkpoint holds no optimizer
/// @throws Error(format)    for an optimizer that isn't AdamW's; Error(mismatch)  where it doesn't fit the checkpoint's parameters
nn::NamedTensors published_optimizer_state(const files::Checkpoint& checkpoint, const TaskList& tasks,
                                           const std::vector<GroupedParameter>& parameters);

}  // namespace faceptor::train
