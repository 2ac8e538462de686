#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/video/byte_stream.hpp>

namespace faceptor::video {

FACEPTOR_INLINE ByteStream ByteStream::open(const std::filesystem::path& path) {
  if (path == "-") {
    ByteStream stream("standard input");
    stream.descriptor_ = ::dup(STDIN_FILENO);
    return stream;
  }
  ByteStream stream(path.string());
  stream.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  const bool folder = stream.descriptor_ >= 0 && ::fstat(stream.descriptor_, &status) == 0 && S_ISDIR(status.st_mode);
  if (stream.descriptor_ < 0 || folder) {
    throw Error(ErrorCode::io, "video: the file can't be opened").where(stream.name_).found(folder ? "a folder" : std::strerror(errno));
  }
  return stream;
}

FACEPTOR_INLINE ByteStream ByteStream::over(std::vector<std::byte> bytes, std::string name) {
  ByteStream stream(std::move(name));
  stream.ahead_ = std::move(bytes);
  return stream;
}

FACEPTOR_INLINE ByteStream::ByteStream(ByteStream&& other) noexcept
    : name_(std::move(other.name_)),
      ahead_(std::move(other.ahead_)),
      taken_(std::exchange(other.taken_, 0)),
      descriptor_(std::exchange(other.descriptor_, -1)) {
  other.ahead_.clear();
}

FACEPTOR_INLINE ByteStream& ByteStream::operator=(ByteStream&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(ahead_, other.ahead_);
  std::swap(taken_, other.taken_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FACEPTOR_INLINE ByteStream::~ByteStream() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FACEPTOR_INLINE std::size_t ByteStream::read_some(std::span<std::byte> into) {
  if (taken_ < ahead_.size()) {
    const auto count = std::min(into.size(), ahead_.size() - taken_);
    std::copy_n(ahead_.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
    taken_ += count;
    return count;
  }
  if (descriptor_ < 0 || into.empty()) return 0;
  for (;;) {
    const auto count = ::read(descriptor_, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw Error(ErrorCode::io, "video: the stream can't be read").where(name_).found(std::strerror(errno));
  }
}

FACEPTOR_INLINE std::size_t ByteStream::read(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto count = read_some(into.subspan(done));
    if (count == 0) break;
    done += count;
  }
  return done;
}

FACEPTOR_INLINE std::span<const std::byte> ByteStream::peek(std::size_t count) {
  if (ahead_.size() - taken_ < count) {
    std::vector<std::byte> bytes(count);
    bytes.resize(read(bytes));
    ahead_ = std::move(bytes);
    taken_ = 0;
  }
  return std::span<const std::byte>(ahead_).subspan(taken_, std::min(count, ahead_.size() - taken_));
}

}  // namespace faceptor::video
