#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <faceptor/core/error.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/files/impl/mapped_file_inl.hpp>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace faceptor::files {

FACEPTOR_INLINE int detail::write_all(int descriptor, std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

FACEPTOR_INLINE AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  static std::atomic<unsigned> counter{0};
  // To rename over /dev/null or /dev/stdout is to take it from everybody; over a link, to break it.
  using Type = std::filesystem::file_type;
  std::error_code failed;
  const auto there = std::filesystem::status(path_, failed).type();
  if (there != Type::regular && there != Type::not_found && there != Type::none) {
    const bool folder = there == Type::directory;
    throw Error(ErrorCode::io, folder ? "a folder has the file's name" : "a device or a pipe can't be replaced by a file")
        .where(path_.string())
        .hint("give another name");
  }
  if (there == Type::regular && std::filesystem::is_symlink(path_, failed)) {
    auto target = std::filesystem::canonical(path_, failed);
    if (failed) throw Error(ErrorCode::io, "the link can't be followed").where(path_.string()).found(failed.message());
    path_ = std::move(target);
  }
  // The process and a counter: two writers of one path each have a file of their own, and the last one to commit wins.
  // Names have at most 255 bytes.
  temporary_ = path_.parent_path() / path_.filename().string().substr(0, 220);
  temporary_ += ".part" + std::to_string(::getpid()) + "." + std::to_string(counter++);
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw Error(ErrorCode::io, "the file can't be created")
        .where(path_.string())
        .found(detail::system_message(errno))
        .hint(errno == ENOENT ? "make its folder first" : "");
  }
}

FACEPTOR_INLINE AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

FACEPTOR_INLINE void AtomicFile::fail(const char* what, int number) const {
  throw Error(ErrorCode::io, std::string("the file can't be ") + what)
      .where(path_.string() + ", byte " + std::to_string(position_))
      .found(detail::system_message(number));
}

FACEPTOR_INLINE void AtomicFile::write(std::span<const std::byte> bytes) {
  if (const int number = detail::write_all(descriptor_, bytes); number != 0) fail("written", number);
  position_ += bytes.size();
}

FACEPTOR_INLINE void AtomicFile::pad(std::size_t alignment) {
  static constexpr std::array<std::byte, 64> kZeros{};
  while (position_ % alignment != 0) {
    const auto missing = static_cast<std::size_t>(alignment - position_ % alignment);
    write(std::span(kZeros).first(std::min(missing, kZeros.size())));
  }
}

FACEPTOR_INLINE void AtomicFile::rewrite(std::uint64_t position, std::span<const std::byte> bytes) {
  if (position > position_ || bytes.size() > position_ - position) {
    throw Error(ErrorCode::argument, "bytes are rewritten that were never written").where(path_.string());
  }
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("written", errno);
    }
    position += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

FACEPTOR_INLINE void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail("flushed to the disk", errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("renamed into place", errno);
  ::close(descriptor_);
  descriptor_ = -1;
  // The rename itself is durable only when the folder is. Some file systems can't flush a folder: the file is there all the same.
  const auto parent = path_.parent_path();
  const detail::Descriptor folder{::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.value >= 0) ::fsync(folder.value);
}

FACEPTOR_INLINE void make_folder(const std::filesystem::path& folder) {
  if (folder.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw Error(ErrorCode::io, "the folder can't be made").where(folder.string()).found(failed.message());
}

}  // namespace faceptor::files
