#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::video {

/// Bytes as they come out of a file or a pipe, read once from front to back; the next ones can be looked at first.
class ByteStream {
 public:
  /// @param path  a file or named pipe; "-" for standard input
  /// @throws Error(io) for what can't be opened or is a folder
  static ByteStream open(const std::filesystem::path& path);
  /// Over bytes in memory.
  static ByteStream over(std::vector<std::byte> bytes, std::string name = "memory");

  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;
  ~ByteStream();

  /// As many bytes as there are, at most `into.size()`; fewer only at the end. @throws Error(io)
  std::size_t read(std::span<std::byte> into);
  /// Some bytes, as soon as there are any: at least one but at the end. @throws Error(io)
  std::size_t read_some(std::span<std::byte> into);
  /// The next bytes, which stay; fewer than `count` only at the end. @throws Error(io)
  std::span<const std::byte> peek(std::size_t count);

  const std::string& name() const noexcept { return name_; }

 private:
  explicit ByteStream(std::string name) : name_(std::move(name)) {}

  std::string name_;
  std::vector<std::byte> ahead_;  ///< read already, and not given yet
  std::size_t taken_ = 0;         ///< of `ahead_`
  int descriptor_ = -1;           ///< -1: nothing follows `ahead_`
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/byte_stream_inl.hpp>
#endif
