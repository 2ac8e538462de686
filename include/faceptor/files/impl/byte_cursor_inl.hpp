#pragma once

#include <utility>

#include <faceptor/files/byte_cursor.hpp>

namespace faceptor::files {

FACEPTOR_INLINE bool has_bytes_at(std::span<const std::byte> bytes, std::size_t at, std::string_view wanted) {
  return at <= bytes.size() && text_of(bytes.subspan(at)).starts_with(wanted);
}

FACEPTOR_INLINE Error ByteCursor::error(ErrorCode code, std::string what, std::string_view field) const {
  auto place = std::string(name_) + (name_.empty() ? "byte " : ", byte ") + std::to_string(offset_ + position_);
  if (!field.empty()) (place += ", ") += field;
  return Error(code, std::move(what)).where(std::move(place));
}

FACEPTOR_INLINE Error ByteCursor::cut_off(std::uint64_t count, std::string_view field) const {
  return error(ErrorCode::format, std::string(subject_) + " is cut off, or lies about its sizes", field)
      .expected(std::to_string(count) + " bytes more")
      .found(std::to_string(remaining()))
      .hint("is the file whole?");
}

}  // namespace faceptor::files
