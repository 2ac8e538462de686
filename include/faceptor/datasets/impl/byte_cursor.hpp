#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <faceptor/core/error.hpp>
#include <faceptor/files/mapped_file.hpp>

namespace faceptor::datasets::detail {

/// An error of a lower room, told as one of this: what was being read, and what stood in the way.
inline Error restated(const Error& error, std::string what) {
  auto reason = error.summary();
  if (const auto room = reason.find(": "); room != std::string::npos) reason.erase(0, room + 2);
  if (!error.found().empty()) reason += " (" + error.found() + ")";
  Error out(error.code(), std::move(what));
  out.where(error.where()).found(reason);
  if (!error.expected().empty()) out.expected(error.expected());
  if (!error.hint().empty()) out.hint(error.hint());
  return out;
}

/// A file of a data set, mapped. @param what  the sentence if that fails
inline std::shared_ptr<const files::MappedFile> map_file(const std::filesystem::path& path, const std::string& what,
                                                         const std::string& hint = "") {
  try {
    return files::MappedFile::open(path);
  } catch (const Error& error) {
    auto out = restated(error, what);
    throw hint.empty() ? out : out.hint(hint);
  }
}

/// Numbers of bytes that may end anywhere, in the order in which they stand; none of them beyond the end.
class ByteCursor {
 public:
  /// @param name    of the file, for messages; has to outlive the cursor
  /// @param offset  where in the file the bytes begin
  ByteCursor(std::span<const std::byte> bytes, const std::string& name, std::uint64_t offset = 0, bool big_endian = false)
      : bytes_(bytes), name_(&name), offset_(offset), big_endian_(big_endian) {}

  /// @param field  what is being read, for messages
  template <class T>
  T take(std::string_view field) {
    static_assert(std::is_arithmetic_v<T>);
    std::array<std::byte, sizeof(T)> raw;
    std::ranges::copy(skip(sizeof(T), field), raw.begin());
    if (big_endian_) std::ranges::reverse(raw);
    return std::bit_cast<T>(raw);
  }

  std::span<const std::byte> skip(std::uint64_t count, std::string_view field) {
    if (count > remaining()) {
      throw error(ErrorCode::format, "data: the bytes end too early", field)
          .expected(std::to_string(count) + " bytes")
          .found(std::to_string(remaining()))
          .hint("is the file whole?");
    }
    const auto part = bytes_.subspan(position_, count);
    position_ += count;
    return part;
  }

  /// Goes to a multiple of `alignment`, counted from the beginning of the bytes, or to their end.
  void align(std::size_t alignment) { position_ = std::min((position_ + alignment - 1) / alignment * alignment, bytes_.size()); }

  std::size_t remaining() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }
  bool big_endian() const { return big_endian_; }
  void set_big_endian(bool value) { big_endian_ = value; }

  /// An error here: "FILE, byte N, field F".
  Error error(ErrorCode code, std::string what, std::string_view field) const {
    auto place = *name_ + ", byte " + std::to_string(offset_ + position_);
    if (!field.empty()) place += ", " + std::string(field);
    return Error(code, std::move(what)).where(std::move(place));
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string* name_;
  std::uint64_t offset_;
  std::size_t position_ = 0;
  bool big_endian_;
};

/// Bytes as text; they are not checked to be any.
inline std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// A number's bytes at the end of `out`, least byte first.
template <class T>
void put_number(std::string& out, T value) {
  static_assert(std::is_arithmetic_v<T> && std::endian::native == std::endian::little);
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

}  // namespace faceptor::datasets::detail
