#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/core/label_kind.hpp>

namespace faceptor::losses {

/// What is known to be true of one task's sub-batch.
///
/// `primary` is the one label every sample has; a loss or metric documents its shape:
///   class indices B (integers) | years B | attributes B x K (0, 1, or -1 for unknown) | parsing labels B x H x W (integers) |
///   landmarks B x N x 2 (normalised for losses, pixels for metrics) | values B x Q.
/// `extra` holds what only some data sets have, by name; a loss or metric that uses one names it in its documentation.
struct Labels {
  Labels() = default;
  Labels(torch::Tensor labels) : primary(std::move(labels)) {}  // NOLINT: labels that are one tensor are written as one
  Labels(torch::Tensor labels, std::map<std::string, torch::Tensor> others) : primary(std::move(labels)), extra(std::move(others)) {}

  /// The extra tensor of that name, or null.
  const torch::Tensor* find(const std::string& name) const {
    const auto it = extra.find(name);
    return it == extra.end() ? nullptr : &it->second;
  }

  torch::Tensor primary;
  std::map<std::string, torch::Tensor> extra;
};

/// The labels that a loss takes of a data set, for one task. Every set is held to it before training, and every label when it is read.
struct LabelNeeds {
  std::vector<LabelKind> kinds{};  ///< any of these, the reference's first; empty for labels that no data set holds
  /// Values, attributes, points or maps of a label; of a class, and of a class a pixel, how many there are. 0 for any number.
  std::int64_t count = 0;
  std::int64_t ignored = -1;  ///< a class a pixel beyond those that may occur
};

}  // namespace faceptor::losses
