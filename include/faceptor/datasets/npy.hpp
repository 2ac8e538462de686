#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>

/// Arrays as NumPy's `save` writes them.
///
///     auto depth = data::read_npy("depth.npy");      // depth.shape {480, 640}
namespace faceptor::data {

/// What stands at the beginning of an .npy file.
struct NpyHeader {
  enum class Type { uint8, float32, float64 };
  Type type = Type::float32;
  std::vector<std::int64_t> shape;  ///< at most 4 sides, each at least 1
  std::size_t offset = 0;           ///< in bytes, of the first number
};

struct NpyArray {
  NpyHeader header;
  std::vector<float> values;  ///< in C order, as they are: whole bytes are 0 to 255
};

/// Reads an array of uint8, or of little-endian float32 or float64, in C order; versions 1 to 3 of the format.
/// @throws Error(io)           for a file that can't be read
/// @throws Error(format)       for one that is no .npy file, contradicts itself, is longer or shorter than its header says, or holds a
///                             number that is not finite, in 32 bits
/// @throws Error(unsupported)  for other types, Fortran order, other versions  @throws Error(limit) for more than 2^28 numbers
NpyArray read_npy(const std::filesystem::path& path);

/// The same for a file's bytes. @param name  what to call them in errors
NpyArray decode_npy(std::span<const std::byte> bytes, const std::string& name);

/// Only what its header says, held against the file's length.
NpyHeader npy_header(std::span<const std::byte> bytes, const std::string& name);

/// Whether bytes begin as an .npy file does.
bool is_npy(std::span<const std::byte> bytes) noexcept;

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/npy.cpp>
#endif
