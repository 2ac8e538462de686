#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/task_weights.hpp>
#include <faceptor/published/table.hpp>
#include <faceptor/train/learner.hpp>

namespace faceptor::train::detail {

inline losses::Labels labels_on(const losses::Labels& labels, torch::Device device) {
  losses::Labels moved(labels.primary.to(device, /*non_blocking=*/true));
  for (const auto& [name, tensor] : labels.extra) moved.extra.emplace(name, tensor.to(device, /*non_blocking=*/true));
  return moved;
}

/// The types of tasks: these tasks', and the published ones', which are harmless where no task has them, as in a recipe for more tasks.
inline std::vector<std::string> types_of(const TaskList& tasks) {
  std::set<std::string> types;
  for (const auto& row : published::kTypes) types.emplace(row.type);
  for (const auto& task : tasks) types.emplace(published::type_of(task.name()));
  return {types.begin(), types.end()};
}

/// @param what  that the weights are of: "task", "type of tasks"
inline void expect_names(const char* what, const std::map<std::string, double>& weights, const std::vector<std::string>& known) {
  for (const auto& [name, weight] : weights) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::argument, fmt::format("train: a weight is given for a {} that there isn't", what))
        .where(name)
        .hint(text::suggestion(name, known));
  }
}

/// The weight of each task in the total; 0 for those without a loss.
inline std::vector<double> step_weights(const TaskList& tasks, const std::vector<std::shared_ptr<losses::LossImpl>>& losses,
                                        const std::map<std::string, double>& task_weights,
                                        const std::map<std::string, double>& raw_weights) {
  auto known = types_of(tasks);
  for (const auto& name : tasks.names()) known.push_back(name);
  expect_names("task or type of tasks", task_weights, known);
  expect_names("task", raw_weights, tasks.names());
  std::vector<losses::TaskShare> shares;
  std::map<std::string, double> by_type = task_weights;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (!losses[i]) continue;
    const auto& name = tasks[i].name();
    const auto raw = raw_weights.contains(name) ? raw_weights.at(name) : tasks[i].spec().weight;
    // A task with a weight of its own is a type of its own.
    shares.push_back({name, task_weights.empty() || task_weights.contains(name) ? name : std::string(published::type_of(name)), raw});
    if (task_weights.empty()) by_type[name] = raw;
  }
  const auto scaled = losses::task_weights(shares, by_type);
  std::vector<double> weights(tasks.size(), 0.0);
  std::size_t next = 0;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (losses[i]) weights[i] = scaled[next++];
  }
  return weights;
}

/// The modules with statistics (BatchNorm) whose parameters are all frozen: what they have seen in the past stays, too.
inline std::vector<torch::nn::Module*> frozen_statistics(torch::nn::Module& root) {
  std::vector<torch::nn::Module*> frozen;
  for (const auto& module : root.modules()) {
    const auto own = module->parameters(/*recurse=*/false);
    const bool trained = std::any_of(own.begin(), own.end(), [](const torch::Tensor& parameter) { return parameter.requires_grad(); });
    if (!own.empty() && !trained && !module->buffers(/*recurse=*/false).empty()) frozen.push_back(module.get());
  }
  return frozen;
}

/// "backbone", "decoder.layers", "interpreters.map_v2", "losses": the part of the model that a parameter belongs to.
inline std::string module_of_parameter(const GroupedParameter& parameter) {
  const auto group = parameter.group();
  if (group == "backbone" || group == "losses") return std::string(group);
  return parameter.name.substr(0, parameter.name.find('.', group.size() + 1));
}

/// @param norms  of the gradients of those parameters that have one, in order
inline std::map<std::string, double> norms_by_module(const std::vector<GroupedParameter>& parameters, const std::vector<double>& norms) {
  std::map<std::string, double> squares;
  std::size_t next = 0;
  for (const auto& parameter : parameters) {
    if (parameter.frozen || !parameter.value.grad().defined()) continue;
    squares[module_of_parameter(parameter)] += norms[next] * norms[next];
    ++next;
  }
  for (auto& [module, square] : squares) square = std::sqrt(square);
  return squares;
}

}  // namespace faceptor::train::detail
