#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <faceptor/core/error.hpp>
#include <faceptor/files/mapped_file.hpp>
#include <system_error>

namespace faceptor::files {
namespace detail {

FACEPTOR_INLINE std::string system_message(int number) { return std::generic_category().message(number); }

/// Closes a descriptor at the end of its scope.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

}  // namespace detail

FACEPTOR_INLINE std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe must not wait for somebody to write into it.
  const detail::Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.value < 0)
    throw Error(ErrorCode::io, "weights: the file can't be opened").where(path.string()).found(detail::system_message(errno));
  struct stat status {};
  if (::fstat(file.value, &status) != 0) {
    throw Error(ErrorCode::io, "weights: the file can't be examined").where(path.string()).found(detail::system_message(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::io, "weights: this is no file")
        .where(path.string())
        .expected("a regular file")
        .found(S_ISDIR(status.st_mode) ? "a directory" : "a device, pipe or socket");
  }
  if (status.st_size == 0) {
    throw Error(ErrorCode::format, "weights: the file is empty").where(path.string()).hint("was its download interrupted?");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (data == MAP_FAILED) {
    throw Error(ErrorCode::io, "weights: the file can't be mapped").where(path.string()).found(detail::system_message(errno));
  }
  return std::shared_ptr<const MappedFile>(new MappedFile(path, static_cast<const std::byte*>(data), size));
}

FACEPTOR_INLINE MappedFile::~MappedFile() { ::munmap(const_cast<std::byte*>(data_), size_); }

}  // namespace faceptor::files
