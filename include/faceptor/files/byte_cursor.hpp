#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <faceptor/core/error.hpp>

/// Looking into bytes that may end anywhere: numbers of either byte order, and texts.
namespace faceptor::files {

/// Bytes as text; they are not checked to be any.
inline std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Whether `wanted` stands at `at`; false if the bytes end before.
inline bool has_bytes_at(std::span<const std::byte> bytes, std::size_t at, std::string_view wanted) {
  return at <= bytes.size() && text_of(bytes.subspan(at)).starts_with(wanted);
}

/// The number at `at`, or nothing if it doesn't lie inside.
template <class T>
std::optional<T> number_at(std::span<const std::byte> bytes, std::size_t at, std::endian order = std::endian::little) {
  static_assert(std::is_arithmetic_v<T>);
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return std::nullopt;
  std::array<std::byte, sizeof(T)> raw;
  std::ranges::copy(bytes.subspan(at, sizeof(T)), raw.begin());
  if (order != std::endian::native) std::ranges::reverse(raw);
  return std::bit_cast<T>(raw);
}

/// Numbers' bytes at the end of `out`, one number behind the other, least byte first.
template <class... T>
void put_numbers(std::string& out, T... values) {
  static_assert((std::is_arithmetic_v<T> && ...) && std::endian::native == std::endian::little);
  (out.append(reinterpret_cast<const char*>(&values), sizeof(T)), ...);
}

/// Bytes from the first to the last, in the order in which they stand; none of them beyond the end.
class ByteCursor {
 public:
  /// @param name     of the file, for messages; may be empty. It has to outlive the cursor, and so has `subject`
  /// @param subject  what the bytes are, with its room, for messages: "data: the MATLAB file"
  /// @param offset   where in the file the bytes begin
  ByteCursor(std::span<const std::byte> bytes, std::string_view name, std::string_view subject, std::uint64_t offset = 0,
             std::endian order = std::endian::little)
      : bytes_(bytes), name_(name), subject_(subject), offset_(offset), order_(order) {}

  /// @param field  what is being read, for messages  @throws Error(format)  if the bytes end before
  template <class T>
  T take(std::string_view field = {}) {
    return *number_at<T>(skip(sizeof(T), field), 0, order_);
  }

  /// The next bytes. @throws Error(format)  if there are fewer
  std::span<const std::byte> skip(std::uint64_t count, std::string_view field = {}) {
    if (count > remaining()) throw cut_off(count, field);
    const auto part = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += part.size();
    return part;
  }

  /// The next bytes as a cursor of their own. @throws Error(format)  if there are fewer
  ByteCursor part(std::uint64_t count, std::string_view field = {}) {
    const auto begin = offset_ + position_;
    return {skip(count, field), name_, subject_, begin, order_};
  }

  /// Goes to a multiple of `alignment`, counted from the beginning of the bytes, or to their end.
  void align(std::size_t alignment) { position_ = std::min((position_ + alignment - 1) / alignment * alignment, bytes_.size()); }

  std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  /// Counted from the beginning of the bytes.
  std::size_t position() const noexcept { return position_; }
  std::endian order() const noexcept { return order_; }
  void set_order(std::endian order) noexcept { order_ = order; }

  /// An error here: "FILE, byte N, field F".
  Error error(ErrorCode code, std::string what, std::string_view field = {}) const {
    auto place = std::string(name_) + (name_.empty() ? "byte " : ", byte ") + std::to_string(offset_ + position_);
    if (!field.empty()) (place += ", ") += field;
    return Error(code, std::move(what)).where(std::move(place));
  }

 private:
  Error cut_off(std::uint64_t count, std::string_view field) const {
    return error(ErrorCode::format, std::string(subject_) + " is cut off, or lies about its sizes", field)
        .expected(std::to_string(count) + " bytes more")
        .found(std::to_string(remaining()))
        .hint("is the file whole?");
  }

  std::span<const std::byte> bytes_;
  std::string_view name_, subject_;
  std::uint64_t offset_;
  std::endian order_;
  std::size_t position_ = 0;
};

}  // namespace faceptor::files
