#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/dataset.hpp>

/// Arrays as NumPy's `save` writes them.
///
///     auto depth = datasets::read_npy("depth.npy");      // depth.shape {480, 640}
namespace faceptor::datasets {

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

// Soft maps in files beside their pictures: what `manifest` and `folder` give them from.

/// The maps in a file; its bytes decide what it is.
///
/// - A grey PNG of 1 to 16 bits is one map: black is 0, white 1.
/// - An .npy file is one, height x width, or several, maps x height x width: floats as they are, bytes from 0 to 255 as 0 to 1.
/// @throws Error(io, format, limit, unsupported)  as the readers of both do; Error(format) for an array of other sides
SoftMapLabels read_soft_maps(const std::filesystem::path& path);

/// How many maps a file holds, by its header. @throws as `read_soft_maps`
std::int64_t count_soft_maps(const std::filesystem::path& path);

/// A list of pictures with soft maps.
class SoftMapPictures final : public AnnotatedPictures {
 public:
  /// @param files  of each picture, below the root: one a map, or one with all `info.classes` maps
  SoftMapPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures, std::vector<std::vector<std::string>> files,
                  const ReadOptions& reading);

 private:
  void complete(Sample& sample, std::size_t index) const override;

  std::vector<std::vector<std::string>> files_;
};

namespace detail {

/// Names and number of a set's maps: the names given, or those of a file that holds several for its one name, NAME0, NAME1, ...
/// @param first  a file of the set
void name_soft_maps(DatasetInfo& info, std::vector<std::string> names, const std::filesystem::path& first);

}  // namespace detail
}  // namespace faceptor::datasets
