#pragma once

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/losses/checks.hpp>

namespace faceptor::losses {

FACEPTOR_INLINE std::string describe(const torch::Tensor& tensor) {
  if (!tensor.defined()) return "an undefined tensor";
  return std::string(c10::toString(tensor.scalar_type())) + " " + text::shape(tensor.sizes());
}

FACEPTOR_INLINE void expect_shape(std::string_view who, std::string_view what, const torch::Tensor& tensor,
                                  const std::vector<int64_t>& sizes, std::string_view meaning) {
  bool right = tensor.defined() && tensor.dim() == static_cast<int64_t>(sizes.size());
  for (size_t i = 0; right && i < sizes.size(); ++i) {
    const auto size = tensor.size(static_cast<int64_t>(i));
    right = sizes[i] == kAny ? size > 0 : size == sizes[i];
  }
  if (right) return;
  std::string wanted(meaning);
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] != kAny) {
      wanted += fmt::format(", dimension {} of size {}", i, sizes[i]);
    }
  }
  throw Error(ErrorCode::shape, fmt::format("{}: {} of the wrong shape", who, what)).expected(wanted).found(describe(tensor));
}

FACEPTOR_INLINE void expect_floating(std::string_view who, std::string_view what, const torch::Tensor& tensor,
                                     const std::vector<int64_t>& sizes, std::string_view meaning) {
  expect_shape(who, what, tensor, sizes, meaning);
  if (tensor.is_floating_point()) return;
  throw Error(ErrorCode::shape, fmt::format("{}: {} of the wrong type", who, what)).expected("floating point").found(describe(tensor));
}

FACEPTOR_INLINE void expect_integers(std::string_view who, std::string_view what, const torch::Tensor& tensor,
                                     const std::vector<int64_t>& sizes, std::string_view meaning) {
  expect_shape(who, what, tensor, sizes, meaning);
  if (c10::isIntegralType(tensor.scalar_type(), /*includeBool=*/false)) return;
  throw Error(ErrorCode::shape, fmt::format("{}: {} of the wrong type", who, what)).expected("whole numbers").found(describe(tensor));
}

FACEPTOR_INLINE void expect_range(std::string_view who, std::string_view what, const torch::Tensor& tensor, double low, double high,
                                  const std::vector<double>& exceptions) {
  if (!tensor.device().is_cpu()) return;
  auto right = (tensor >= low).logical_and(tensor <= high);
  for (const double exception : exceptions) right = right.logical_or(tensor == exception);
  if (right.all().item<bool>()) return;
  const auto wrong = tensor.masked_select(right.logical_not())[0].item<double>();
  auto wanted = fmt::format("{:g} to {:g}", low, high);
  for (const double exception : exceptions) wanted += fmt::format(" or {:g}", exception);
  throw Error(ErrorCode::argument, fmt::format("{}: {} out of range", who, what)).expected(wanted).found(fmt::format("{:g}", wrong));
}

FACEPTOR_INLINE void expect_option(std::string_view who, std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::argument, fmt::format("{}: option out of range", who))
      .where(std::string(name))
      .expected(fmt::format("{:g} to {:g}", low, high))
      .found(fmt::format("{:g}", value));
}

}  // namespace faceptor::losses
