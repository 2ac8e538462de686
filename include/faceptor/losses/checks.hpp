#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>

/// The checks that losses and metrics make of what they get. Each throws Error(shape) or Error(argument), naming who asks.
namespace faceptor::losses {

/// Any size.
constexpr std::int64_t kAny = -1;

/// "Float [4, 9]": type and shape, for messages.
std::string describe(const torch::Tensor& tensor);

/// @param who      "losses: cross_entropy"
/// @param what     "output", "labels"
/// @param sizes    one number a dimension, `kAny` where any size of at least 1 will do
/// @param meaning  what the dimensions are, "[B, Q]"
void expect_shape(std::string_view who, std::string_view what, const torch::Tensor& tensor, const std::vector<std::int64_t>& sizes,
                  std::string_view meaning);

/// As `expect_shape`, and of floating point.
void expect_floating(std::string_view who, std::string_view what, const torch::Tensor& tensor, const std::vector<std::int64_t>& sizes,
                     std::string_view meaning);

/// As `expect_shape`, and of whole numbers.
void expect_integers(std::string_view who, std::string_view what, const torch::Tensor& tensor, const std::vector<std::int64_t>& sizes,
                     std::string_view meaning);

/// Every value in [low, high], or equal to one of `exceptions`. Only looks at tensors on the CPU (see losses/loss.hpp).
void expect_range(std::string_view who, std::string_view what, const torch::Tensor& tensor, double low, double high,
                  const std::vector<double>& exceptions = {});

/// An option that must lie in [low, high].
void expect_option(std::string_view who, std::string_view name, double value, double low, double high);

}  // namespace faceptor::losses

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/losses/impl/checks_inl.hpp>
#endif
