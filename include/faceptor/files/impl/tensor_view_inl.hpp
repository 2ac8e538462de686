#pragma once

#include <array>
#include <bit>
#include <faceptor/files/tensor_view.hpp>
#include <limits>
#include <utility>

namespace faceptor::files {

static_assert(std::endian::native == std::endian::little, "weights files are little-endian, and so are the machines they are read on");

namespace detail {

struct DTypeName {
  DType dtype;
  std::string_view name;
  std::size_t size;
};

inline constexpr std::array<DTypeName, 13> kDTypes{{{DType::boolean, "BOOL", 1},
                                                    {DType::u8, "U8", 1},
                                                    {DType::i8, "I8", 1},
                                                    {DType::u16, "U16", 2},
                                                    {DType::i16, "I16", 2},
                                                    {DType::u32, "U32", 4},
                                                    {DType::i32, "I32", 4},
                                                    {DType::u64, "U64", 8},
                                                    {DType::i64, "I64", 8},
                                                    {DType::f16, "F16", 2},
                                                    {DType::bf16, "BF16", 2},
                                                    {DType::f32, "F32", 4},
                                                    {DType::f64, "F64", 8}}};

}  // namespace detail

FACEPTOR_INLINE std::string_view to_string(DType dtype) {
  for (const auto& entry : detail::kDTypes) {
    if (entry.dtype == dtype) return entry.name;
  }
  return "?";
}

FACEPTOR_INLINE std::optional<DType> dtype_from_string(std::string_view name) {
  for (const auto& entry : detail::kDTypes) {
    if (entry.name == name) return entry.dtype;
  }
  return std::nullopt;
}

FACEPTOR_INLINE std::size_t size_of(DType dtype) {
  for (const auto& entry : detail::kDTypes) {
    if (entry.dtype == dtype) return entry.size;
  }
  return 1;
}

FACEPTOR_INLINE std::optional<std::uint64_t> byte_count(DType dtype, std::span<const std::int64_t> shape) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  // An empty tensor with other sizes that overflow is refused too: nothing sane writes one.
  std::uint64_t product = size_of(dtype);
  bool empty = false;
  for (const auto size : shape) {
    if (size < 0) return std::nullopt;
    if (size == 0) {
      empty = true;
      continue;
    }
    if (product > kLargest / static_cast<std::uint64_t>(size)) return std::nullopt;
    product *= static_cast<std::uint64_t>(size);
  }
  return empty ? 0 : product;
}

}  // namespace faceptor::files
