#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/pickled_numbers.hpp>

namespace faceptor::datasets::detail {

std::span<const pickle::AllowedGlobal> number_globals() {
  using pickle::Call;
  static constexpr pickle::AllowedGlobal kGlobals[] = {
      {"numpy.core.multiarray", "_reconstruct", Call::object},
      {"numpy._core.multiarray", "_reconstruct", Call::object},
      {"numpy.core.numeric", "_frombuffer", Call::object},
      {"numpy._core.numeric", "_frombuffer", Call::object},
      {"numpy", "ndarray", Call::never},
      {"numpy", "dtype", Call::object},
      {"_codecs", "encode", Call::encode},
      {"collections", "OrderedDict", Call::ordered_dict},
      {"easydict", "EasyDict", Call::ordered_dict},
  };
  return kGlobals;
}

Error pickled_error(ErrorCode code, std::string_view summary, const std::string& place) {
  return Error(code, fmt::format("data: {}", summary)).where(place);
}

/// An array of numpy: its shape, what its elements are, and their bytes.
struct PickledArray {
  std::vector<std::int64_t> shape;
  char type = 'i';  ///< of numpy: b bool, i signed, u unsigned, f float
  std::size_t bytes_each = 8;
  bool big_endian = false;
  bool by_columns = false;  ///< Fortran's order
  std::span<const std::byte> bytes;

  std::int64_t at(std::size_t index, const std::string& place) const;
};

std::int64_t PickledArray::at(std::size_t index, const std::string& place) const {
  std::array<std::byte, 8> raw{};
  const auto element = bytes.subspan(index * bytes_each, bytes_each);
  std::copy(element.begin(), element.end(), raw.begin());
  if (big_endian) std::reverse(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(bytes_each));
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes_each; ++i) bits |= std::to_integer<std::uint64_t>(raw[i]) << (8 * i);
  if (type == 'f') {
    const double real = bytes_each == 4 ? std::bit_cast<float>(static_cast<std::uint32_t>(bits)) : std::bit_cast<double>(bits);
    if (std::abs(real) <= 9e15 && real == std::floor(real)) return static_cast<std::int64_t>(real);
    throw pickled_error(ErrorCode::format, "a number of an array is no whole one", place).found(fmt::format("{} at {}", real, index));
  }
  // Signed numbers of fewer bytes keep their sign; unsigned ones of 64 bits beyond the signed range become negative, and out of range.
  const auto spare = 64 - 8 * bytes_each;
  return type == 'i' ? static_cast<std::int64_t>(bits << spare) >> spare : static_cast<std::int64_t>(bits);
}

/// Type and byte order, from `numpy.dtype("<i8")` and the state that is set on it.
void set_array_type(PickledArray& array, const pickle::Value& type, const std::string& place) {
  const auto unsupported = [&](std::string_view found) {
    return pickled_error(ErrorCode::unsupported, "an array's elements are of a type that is not read", place)
        .expected("numbers of 1, 2, 4 or 8 bytes")
        .found(std::string(found));
  };
  if (type.name() != "numpy dtype" || type.argument().size() == 0) throw unsupported("no dtype");
  auto name = type.argument().item(0).text();
  if (name.starts_with('<') || name.starts_with('>') || name.starts_with('|')) {
    array.big_endian = name.front() == '>';
    name.remove_prefix(1);
  }
  if (const auto state = type.state(); state.size() > 1) array.big_endian = state.item(1).text() == ">";
  static constexpr std::array<std::string_view, 11> kTypes = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"};
  if (std::find(kTypes.begin(), kTypes.end(), name) == kTypes.end()) throw unsupported(name);
  array.type = name.front();
  array.bytes_each = static_cast<std::size_t>(name.back() - '0');
}

/// The array that a value is, or nothing.
std::optional<PickledArray> pickled_array(const pickle::Value& value, const std::string& place) {
  if (!value.is(pickle::Kind::object)) return std::nullopt;
  const bool from_buffer = value.name().ends_with("_frombuffer");
  // (buffer, dtype, shape, order), or the state (version, shape, dtype, Fortran's order, bytes) of an array made empty
  const auto parts = from_buffer ? value.argument() : value.state();
  if (!(from_buffer ? parts.size() == 4 : value.name().ends_with("_reconstruct") && parts.size() == 5)) {
    throw pickled_error(ErrorCode::format, "a value is no array of numpy", place).found(std::string(value.name()));
  }
  PickledArray array;
  set_array_type(array, parts.item(from_buffer ? 1 : 2), place);
  array.bytes = parts.item(from_buffer ? 0 : 4).bytes();
  const auto shape = parts.item(from_buffer ? 2 : 1);
  std::size_t count = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto extent = shape.item(i).integer();
    if (extent < 0 || static_cast<std::uint64_t>(extent) > array.bytes.size()) count = SIZE_MAX;
    array.shape.push_back(extent);
    // No extent is larger than the bytes are many, so a product that runs over was too large one step before.
    if (count <= array.bytes.size()) count *= static_cast<std::size_t>(extent);
  }
  if (!array.shape.empty() && *std::min_element(array.shape.begin(), array.shape.end()) == 0) count = 0;
  array.by_columns = from_buffer ? parts.item(3).text() == "F" : parts.item(3).boolean();
  if (count > array.bytes.size() || count * array.bytes_each != array.bytes.size()) {
    throw pickled_error(ErrorCode::format, "an array's bytes do not fit its shape", place)
        .expected(fmt::format("{} elements of {} bytes", count, array.bytes_each))
        .found(fmt::format("{} bytes", array.bytes.size()));
  }
  return array;
}

std::int64_t pickled_number(const pickle::Value& value, const std::string& place, std::size_t index) {
  if (value.is(pickle::Kind::integer)) return value.integer();
  if (value.is(pickle::Kind::boolean)) return value.boolean() ? 1 : 0;
  if (value.is(pickle::Kind::real) && std::abs(value.real()) <= 9e15 && value.real() == std::floor(value.real())) {
    return static_cast<std::int64_t>(value.real());
  }
  throw pickled_error(ErrorCode::format, "a value is no whole number", fmt::format("{}[{}]", place, index))
      .found(std::string(to_string(value.kind())));
}

void expect_pickled_list(const pickle::Value& value, const std::string& place) {
  if (value.is(pickle::Kind::list) || value.is(pickle::Kind::tuple)) return;
  throw pickled_error(ErrorCode::format, "a value is no list", place)
      .expected("a list or an array of numpy")
      .found(std::string(to_string(value.kind())));
}

std::vector<std::int64_t> pickled_row(const pickle::Value& value, const std::string& place) {
  std::vector<std::int64_t> row;
  if (const auto array = pickled_array(value, place)) {
    if (array->shape.size() != 1) {
      throw pickled_error(ErrorCode::format, "an array has the wrong number of dimensions", place)
          .expected("1")
          .found(std::to_string(array->shape.size()));
    }
    row.reserve(static_cast<std::size_t>(array->shape[0]));
    for (std::size_t i = 0; i < static_cast<std::size_t>(array->shape[0]); ++i) row.push_back(array->at(i, place));
    return row;
  }
  expect_pickled_list(value, place);
  row.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) row.push_back(pickled_number(value.item(i), place, i));
  return row;
}

std::vector<std::int64_t> pickled_rows(const pickle::Value& value, std::size_t columns, const std::string& place) {
  std::vector<std::int64_t> rows;
  if (const auto array = pickled_array(value, place)) {
    if (array->shape.size() != 2 || static_cast<std::size_t>(array->shape[1]) != columns) {
      throw pickled_error(ErrorCode::format, "an array has the wrong shape", place)
          .expected(fmt::format("n x {}", columns))
          .found(fmt::format("{}", fmt::join(array->shape, " x ")));
    }
    const auto count = static_cast<std::size_t>(array->shape[0]);
    rows.reserve(count * columns);
    for (std::size_t row = 0; row < count; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        rows.push_back(array->at(array->by_columns ? column * count + row : row * columns + column, place));
      }
    }
    return rows;
  }
  expect_pickled_list(value, place);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto here = fmt::format("{}[{}]", place, i);
    const auto row = pickled_row(value.item(i), here);
    if (row.size() != columns) {
      throw pickled_error(ErrorCode::format, "a row has the wrong number of values", here)
          .expected(std::to_string(columns))
          .found(std::to_string(row.size()));
    }
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

}  // namespace faceptor::datasets::detail
