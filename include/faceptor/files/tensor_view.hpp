#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/core/config.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace faceptor::files {

/// The types of elements that weights files hold.
enum class DType { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f16, bf16, f32, f64 };

/// As safetensors writes it: "F32", "BF16", "BOOL", ...
std::string_view to_string(DType dtype);
std::optional<DType> dtype_from_string(std::string_view name);
/// Bytes of one element.
std::size_t size_of(DType dtype);

/// The number of bytes of a contiguous tensor, or nothing if a size is negative or the product exceeds 63 bits.
std::optional<std::uint64_t> byte_count(DType dtype, std::span<const std::int64_t> shape);

/// A contiguous little-endian tensor somewhere in memory. It owns nothing: its maker says how long it lives.
struct TensorView {
  std::string_view name;
  DType dtype = DType::f32;
  std::span<const std::int64_t> shape;
  std::span<const std::byte> bytes;

  /// Number of elements; 1 of a scalar (shape []).
  std::size_t size() const { return bytes.size() / size_of(dtype); }

  /// The elements. T is the type that the dtype names; for `f16` and `bf16` it is `std::uint16_t`, their bits.
  /// @throws Error(shape)  if T is another type, or the bytes are not aligned for it
  template <class T>
  std::span<const T> as() const;
};

namespace detail {

template <class T>
bool holds(DType dtype) {
  switch (dtype) {
    case DType::boolean: return std::is_same_v<T, bool>;
    case DType::u8: return std::is_same_v<T, std::uint8_t>;
    case DType::i8: return std::is_same_v<T, std::int8_t>;
    case DType::u16: return std::is_same_v<T, std::uint16_t>;
    case DType::i16: return std::is_same_v<T, std::int16_t>;
    case DType::u32: return std::is_same_v<T, std::uint32_t>;
    case DType::i32: return std::is_same_v<T, std::int32_t>;
    case DType::u64: return std::is_same_v<T, std::uint64_t>;
    case DType::i64: return std::is_same_v<T, std::int64_t>;
    case DType::f16:
    case DType::bf16: return std::is_same_v<T, std::uint16_t>;
    case DType::f32: return std::is_same_v<T, float>;
    case DType::f64: return std::is_same_v<T, double>;
  }
  return false;
}

}  // namespace detail

template <class T>
std::span<const T> TensorView::as() const {
  if (!detail::holds<T>(dtype)) {
    throw Error(ErrorCode::shape, "weights: tensor " + text::in_quotes(name) + " is read as another type than its own")
        .found(std::string(to_string(dtype)));
  }
  if (bytes.empty()) return {};
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) != 0) {
    throw Error(ErrorCode::shape, "weights: tensor " + text::in_quotes(name) + " is not aligned for its type")
        .expected("an address that is a multiple of " + std::to_string(alignof(T)));
  }
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/tensor_view_inl.hpp>
#endif
