#pragma once

#include <algorithm>

#include <faceptor/image/bytes.hpp>

namespace faceptor::detail {

FACEPTOR_INLINE bool has_bytes_at(std::span<const std::byte> bytes, std::size_t at, std::string_view wanted) {
  if (at > bytes.size() || bytes.size() - at < wanted.size()) return false;
  return std::equal(wanted.begin(), wanted.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
}

FACEPTOR_INLINE std::optional<std::uint32_t> read_number(std::span<const std::byte> bytes, std::size_t at, int count, bool little) {
  if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(count)) return std::nullopt;
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const auto index = at + static_cast<std::size_t>(little ? count - 1 - i : i);
    value = value << 8 | std::to_integer<std::uint32_t>(bytes[index]);
  }
  return value;
}

}  // namespace faceptor::detail
