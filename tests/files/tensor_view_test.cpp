#include <faceptor/files/tensor_view.hpp>

#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "support/error_of.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

constexpr std::array kAll = {DType::boolean, DType::u8,  DType::i8,  DType::u16,  DType::i16, DType::u32, DType::i32,
                             DType::u64,     DType::i64, DType::f16, DType::bf16, DType::f32, DType::f64};

std::optional<std::uint64_t> count(DType dtype, std::vector<std::int64_t> shape) { return byte_count(dtype, shape); }

}  // namespace

TEST_CASE("types of elements have safetensors' names and sizes", "[files][tensor_view]") {
  for (const auto dtype : kAll) {
    const auto name = to_string(dtype);
    INFO(name);
    CHECK(dtype_from_string(name) == dtype);
    // "F32" has 32 bits; BOOL takes a byte.
    const auto digits = name.find_first_of("0123456789");
    CHECK(size_of(dtype) == (digits == std::string_view::npos ? 1 : std::stoul(std::string(name.substr(digits))) / 8));
  }
  CHECK(to_string(DType::boolean) == "BOOL");
  CHECK(to_string(DType::bf16) == "BF16");
  CHECK_FALSE(dtype_from_string("f32"));
  CHECK_FALSE(dtype_from_string("F8_E4M3"));
  CHECK_FALSE(dtype_from_string(""));
}

TEST_CASE("bytes of a shape, unless there is no such number", "[files][tensor_view]") {
  CHECK(count(DType::f32, {}) == 4);
  CHECK(count(DType::f32, {2, 3}) == 24);
  CHECK(count(DType::bf16, {5}) == 10);
  CHECK(count(DType::f64, {7, 0, 3}) == 0);
  CHECK_FALSE(count(DType::u8, {2, -1}));
  CHECK_FALSE(count(DType::u8, {0, -1}));
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(count(DType::u8, {kMost}) == static_cast<std::uint64_t>(kMost));
  CHECK_FALSE(count(DType::u16, {kMost}));
  CHECK_FALSE(count(DType::u8, {kMost, 2}));
  CHECK_FALSE(count(DType::u8, {0, kMost, kMost}));
}

TEST_CASE("elements are read as their own type, and no other", "[files][tensor_view]") {
  const std::array<float, 3> values = {1, -2.5F, 3};
  const std::array<std::int64_t, 1> shape = {3};
  const TensorView view{"a", DType::f32, shape, std::as_bytes(std::span(values))};
  CHECK(view.size() == 3);
  const auto read = view.as<float>();
  CHECK(std::vector(read.begin(), read.end()) == std::vector<float>{1, -2.5F, 3});
  const auto error = error_of([&] { view.as<std::int32_t>(); });
  CHECK(error.code() == ErrorCode::shape);
  CHECK(error.summary().find("\"a\"") != std::string::npos);
  CHECK(error.found() == "F32");

  const std::uint16_t half = 0x3C00;
  const TensorView scalar{"h", DType::f16, {}, std::as_bytes(std::span(&half, 1))};
  CHECK(scalar.size() == 1);
  CHECK(scalar.as<std::uint16_t>()[0] == 0x3C00);
}

TEST_CASE("elements at an odd address are refused, none at all are not", "[files][tensor_view]") {
  alignas(8) std::array<std::byte, 16> bytes{};
  const std::array<std::int64_t, 1> shape = {1};
  const auto odd = error_of([&] { TensorView{"a", DType::f64, shape, std::span(bytes).subspan(1, 8)}.as<double>(); });
  CHECK(odd.code() == ErrorCode::shape);
  CHECK(odd.expected() == "an address that is a multiple of 8");
  CHECK(TensorView{"a", DType::f64, shape, std::span(bytes).subspan(8, 8)}.as<double>().size() == 1);
  CHECK(TensorView{"a", DType::f64, {}, std::span(bytes).subspan(1, 0)}.as<double>().empty());
}
