#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/files/atomic_file.hpp>

namespace faceptor::video {

/// Where a stream is written to: standard output, a pipe or device, or a file that appears whole at the end.
class OutputStream {
 public:
  /// @param path  "-" for standard output @throws Error(io)
  explicit OutputStream(const std::filesystem::path& path);
  OutputStream(OutputStream&&) noexcept;
  OutputStream& operator=(OutputStream&&) = delete;
  ~OutputStream();

  /// @throws Error(io), such as for a pipe that nobody reads any more
  void write(std::span<const std::byte> bytes);
  /// @throws Error(io)
  void finish();

 private:
  std::string name_;
  std::unique_ptr<files::AtomicFile> file_;
  int descriptor_ = -1;
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/output_stream_inl.hpp>
#endif
