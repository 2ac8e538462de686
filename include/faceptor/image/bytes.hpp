#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <faceptor/core/config.hpp>

/// Looking into the bytes of a file that may end anywhere.
namespace faceptor::detail {

/// Whether `wanted` stands at `at`; false if the bytes end before.
bool has_bytes_at(std::span<const std::byte> bytes, std::size_t at, std::string_view wanted);

/// An unsigned number of 1 to 4 bytes at `at`, or nothing if it doesn't lie inside. @param little  least byte first
std::optional<std::uint32_t> read_number(std::span<const std::byte> bytes, std::size_t at, int count, bool little);

}  // namespace faceptor::detail

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/bytes_inl.hpp>
#endif
