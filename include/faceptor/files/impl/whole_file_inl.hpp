#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <faceptor/core/error.hpp>
#include <faceptor/files/impl/atomic_file_inl.hpp>
#include <faceptor/files/impl/mapped_file_inl.hpp>
#include <faceptor/files/whole_file.hpp>

namespace faceptor::files {

FACEPTOR_INLINE std::string read_file(const std::filesystem::path& path, std::string_view subject, std::uint64_t most,
                                      std::string_view hint) {
  const auto fail = [&](int number) {
    const auto reason = number == EISDIR ? "a folder" : detail::system_message(number);
    return Error(ErrorCode::io, std::string(subject) + " can't be read").where(path.string()).found(reason);
  };
  const detail::Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat status {};
  if (file.value < 0 || ::fstat(file.value, &status) != 0) throw fail(errno);
  // A byte more than there should be shows the end without another allocation.
  constexpr std::uint64_t kPiece = std::uint64_t{1} << 16;
  const auto promised = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  auto piece = static_cast<std::size_t>(std::clamp(promised + 1, kPiece, std::max(most, kPiece)));
  std::string text;
  for (std::size_t size = 0;;) {
    if (size == text.size()) text.resize(size + piece), piece = std::max<std::size_t>(size, kPiece);
    const auto got = ::read(file.value, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw fail(errno);
    size += static_cast<std::size_t>(got);
    if (size > most) {
      throw Error(ErrorCode::limit, std::string(subject) + " is larger than the cap")
          .where(path.string())
          .expected("at most " + std::to_string(most) + " bytes")
          .hint(std::string(hint));
    }
    if (got == 0) return text.resize(size), text;
  }
}

FACEPTOR_INLINE void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

FACEPTOR_INLINE void write_file(const std::filesystem::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text)));
}

}  // namespace faceptor::files
