#pragma once

#include <torch/torch.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

/// How the losses of many tasks become one.
namespace faceptor::losses {

/// A task's claim to a share of its type's weight.
struct TaskShare {
  std::string task;  ///< "affect_rafdb"
  std::string type;  ///< "affect": tasks of one type share that type's weight
  double raw = 1;    ///< in what proportion; the reference takes the batch size
};

/// The weight of each task: raw weights, scaled within each type to sum to the type's weight.
/// @param type_weights  by type; a type without tasks is ignored
/// @return              as many as `tasks`, in their order
/// @throws Error(argument)  for a type without weight, or weights that are not over 0
std::vector<double> task_weights(std::span<const TaskShare> tasks, const std::map<std::string, double>& type_weights);

/// `sum_t(w_t l_t) / sum_t(w_t)`.
/// @param losses   scalars, at least one
/// @param weights  as many; not negative, not all 0
torch::Tensor weighted_total(std::span<const torch::Tensor> losses, std::span<const double> weights);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/task_weights_inl.hpp>
#endif
