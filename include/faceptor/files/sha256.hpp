#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/files/tensor_view.hpp>

namespace faceptor::files {

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Sha256 {
 public:
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text) { update(std::as_bytes(std::span(text.data(), text.size()))); }
  /// 64 hexadecimal digits; ends the computation.
  std::string finish();

 private:
  void block(const std::byte* bytes);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> pending_{};
  std::uint64_t length_ = 0;
};

/// Of all bytes of a file. @throws Error(io, format)
std::string file_hash(const std::filesystem::path& path);

/// Identifies a model: of the names, types, shapes and bytes of its tensors, whatever their order and file format.
std::string content_hash(std::span<const TensorView> tensors);

}  // namespace faceptor::files

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/files/impl/sha256_inl.hpp>
#endif
