#pragma once

#include <torch/torch.h>

#include <cstddef>
#include <span>
#include <vector>

#include <faceptor/heads/head.hpp>
#include <faceptor/nn/children.hpp>

/// What the heads, and the interpreters of the query decoder, are ended with: one last layer a task.
namespace faceptor::heads {
namespace detail {

/// The reference's batch norm of pooled vectors, B x width.
inline torch::nn::BatchNorm1d vector_batch_norm(int64_t width) {
  return torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(width).eps(2e-5));
}

/// B x in -> B x out.
inline torch::nn::Linear linear_without_bias(int64_t in, int64_t out) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(false));
}

/// The tasks' own last layers, each under its task's name.
template <typename Make>
torch::nn::ModuleDict output_layers(const std::vector<HeadOutput>& outputs, Make make) {
  torch::nn::ModuleDict layers;
  for (const auto& output : outputs) layers->update({{output.task, make(output.outputs).ptr()}});
  return layers;
}

/// What each wanted output's layer makes of the shared features.
template <typename LayerImpl>
std::vector<torch::Tensor> apply_outputs(const torch::nn::ModuleDict& layers, const std::vector<HeadOutput>& outputs,
                                         std::span<const std::size_t> wanted, const torch::Tensor& shared) {
  std::vector<torch::Tensor> results;
  for (const auto i : wanted) results.push_back(nn::child<LayerImpl>(layers, outputs.at(i).task).forward(shared));
  return results;
}

}  // namespace detail
}  // namespace faceptor::heads
