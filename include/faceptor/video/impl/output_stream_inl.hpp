#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/video/output_stream.hpp>

namespace faceptor::video {

FACEPTOR_INLINE OutputStream::OutputStream(const std::filesystem::path& path) : name_(path == "-" ? "standard output" : path.string()) {
  std::error_code failed;
  const bool special = std::filesystem::exists(path, failed) && !std::filesystem::is_regular_file(path, failed);
  if (path != "-" && !special) {
    file_ = std::make_unique<files::AtomicFile>(path);
    return;
  }
  descriptor_ = path == "-" ? ::dup(STDOUT_FILENO) : ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw Error(ErrorCode::io, "video: the stream can't be written").where(name_).found(std::strerror(errno));
}

FACEPTOR_INLINE OutputStream::OutputStream(OutputStream&& other) noexcept
    : name_(std::move(other.name_)), file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

FACEPTOR_INLINE OutputStream::~OutputStream() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FACEPTOR_INLINE void OutputStream::write(std::span<const std::byte> bytes) {
  if (file_) return file_->write(bytes);
  if (const int number = files::detail::write_all(descriptor_, bytes); number != 0) {
    throw Error(ErrorCode::io, "video: the stream can't be written").where(name_).found(std::strerror(number));
  }
}

FACEPTOR_INLINE void OutputStream::finish() {
  if (file_) file_->commit();
}

}  // namespace faceptor::video
