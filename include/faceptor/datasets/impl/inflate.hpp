#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <span>
#include <vector>

#include <faceptor/core/error.hpp>

namespace faceptor::datasets::detail {

/// Undoes zlib's compression, piece by piece: how much comes out is not known beforehand.
class Inflater {
 public:
  explicit Inflater(std::span<const std::byte> compressed) : rest_(compressed) { check(inflateInit(&stream_)); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Fills `out`; false if the stream is damaged or ends before.
  bool read(std::span<std::byte> out) {
    while (!out.empty()) {
      const auto room = std::min<std::size_t>(out.size(), kPiece);
      const auto code = step(out.first(room));
      const auto made = room - stream_.avail_out;
      out = out.subspan(made);
      if (code == Z_STREAM_END) return out.empty();
      if (code != Z_OK) return false;  // also where nothing is left to go on with
    }
    return true;
  }

  /// Whether the stream ends here, with its checksum right.
  bool ended() {
    std::byte more{};
    return step(std::span(&more, 1)) == Z_STREAM_END && stream_.avail_out == 1;
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;

  /// @throws std::bad_alloc  if there is too little memory: that says nothing of the stream
  static void check(int code) {
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
  }

  int step(std::span<std::byte> out) {
    if (stream_.avail_in == 0) {
      const auto piece = rest_.first(std::min(rest_.size(), kPiece));
      rest_ = rest_.subspan(piece.size());
      // zlib's interface is older than const.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      stream_.avail_in = static_cast<uInt>(piece.size());
    }
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int code = ended_ ? Z_STREAM_END : ::inflate(&stream_, Z_NO_FLUSH);
    check(code);
    ended_ = ended_ || code == Z_STREAM_END;
    return code;
  }

  std::span<const std::byte> rest_;
  z_stream stream_{};
  bool ended_ = false;
};

/// zlib makes at most this many bytes of one: a file that promises more is wrong.
inline constexpr std::uint64_t kMostInflation = 1040;

/// Compressed bytes, by zlib. @param level  1 (quick) to 9 (small)
inline std::vector<std::byte> deflated(std::span<const std::byte> bytes, int level) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) throw Error(ErrorCode::argument, "data: more than 4 GiB are to be compressed");
  std::vector<std::byte> out(compressBound(bytes.size()));
  auto size = static_cast<uLongf>(out.size());
  if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), level) != Z_OK) {
    throw Error(ErrorCode::internal, "data: zlib can't compress");
  }
  out.resize(size);
  return out;
}

}  // namespace faceptor::datasets::detail
