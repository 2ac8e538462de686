#pragma once

#include <fmt/format.h>

#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/checks.hpp>
#include <faceptor/losses/task_weights.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE std::vector<double> task_weights(std::span<const TaskShare> tasks, const std::map<std::string, double>& type_weights) {
  constexpr auto kWho = "losses: task weights";
  std::map<std::string, double> sums;
  for (const auto& share : tasks) {
    if (!(share.raw > 0) || !std::isfinite(share.raw)) {
      throw Error(ErrorCode::argument, fmt::format("{}: a raw weight out of range", kWho))
          .where(share.task)
          .expected("over 0")
          .found(fmt::format("{:g}", share.raw));
    }
    sums[share.type] += share.raw;
  }
  std::vector<double> weights;
  for (const auto& share : tasks) {
    const auto type = type_weights.find(share.type);
    if (type == type_weights.end()) {
      std::vector<std::string> known;
      for (const auto& [name, weight] : type_weights) known.push_back(name);
      throw Error(ErrorCode::argument, fmt::format("{}: the type \"{}\" has no weight", kWho, share.type))
          .where(share.task)
          .hint(text::suggestion(share.type, known));
    }
    if (!(type->second > 0) || !std::isfinite(type->second)) {
      throw Error(ErrorCode::argument, fmt::format("{}: a type's weight out of range", kWho))
          .where(share.type)
          .expected("over 0")
          .found(fmt::format("{:g}", type->second));
    }
    weights.push_back(share.raw / sums.at(share.type) * type->second);
  }
  return weights;
}

FACEPTOR_INLINE torch::Tensor weighted_total(std::span<const torch::Tensor> losses, std::span<const double> weights) {
  constexpr auto kWho = "losses: total";
  if (losses.empty() || losses.size() != weights.size()) {
    throw Error(ErrorCode::argument, fmt::format("{}: as many weights as losses, at least one", kWho))
        .expected(fmt::format("{} weights", losses.size()))
        .found(std::to_string(weights.size()));
  }
  double sum = 0;
  torch::Tensor total;
  for (size_t i = 0; i < losses.size(); ++i) {
    expect_floating(kWho, "loss", losses[i], {}, "a scalar");
    expect_option(kWho, "weight", weights[i], 0, 1e300);
    const auto term = losses[i] * weights[i];
    total = total.defined() ? total + term : term;
    sum += weights[i];
  }
  if (sum > 0) return total / sum;
  throw Error(ErrorCode::argument, fmt::format("{}: all weights are 0", kWho));
}

}  // namespace faceptor::losses
