#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/dataset.hpp>

/// Soft maps in files beside their pictures: what `manifest` and `folder` give them from.
namespace faceptor::data {

/// The maps in a file; its bytes decide what it is.
///
/// - A grey PNG of 1 to 16 bits is one map: black is 0, white 1.
/// - An .npy file (npy.hpp) is one, height x width, or several, maps x height x width: floats as they are, bytes from 0 to 255 as 0 to 1.
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
}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/soft_map_files.cpp>
#endif
