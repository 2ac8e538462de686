#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/record_io.hpp>

/// MS1MV3 and its like: aligned faces of persons, as InsightFace packs them (record_io.hpp).
///
/// `train.rec` and `train.idx`, and perhaps `property`: one line "CLASSES,112,112". Record 0 holds no image: its flag is above 0, its
/// first label is one past the key of the last image, its second one past that of the last person (persons' records follow the images;
/// they are not read). Images are the keys 1 to label[0] - 1.
namespace faceptor::datasets {

/// Opens a set: `root` is its folder, or the .rec file. The only split is "train".
///
/// Opening reads the index and record 0 alone, since there may be millions of records; their headers are checked when they are read.
/// How many persons there are is taken from the first of these that says so: the setting "classes", the file `property`, the number of
/// persons' records, and else the largest label, for which every image's header is read once.
/// The only setting is "classes", a whole number.
/// @throws Error(io, format)  names the file, line or record, and field
/// @throws Error(argument)    for another split or setting
std::unique_ptr<Dataset> open_ms1mv3(const std::filesystem::path& root, const DatasetOptions& options = {});

/// Writes such a set, one image after another; the files appear with `finish()`.
class Ms1mv3Writer {
 public:
  /// @param root  an existing folder. @throws Error(io)
  explicit Ms1mv3Writer(const std::filesystem::path& root);

  /// @param person   0-based; numbers of floats end being exact at 2^24
  /// @param encoded  a JPEG or PNG
  /// @throws Error(argument)  for a person below 0 or above 2^24, @throws Error(io)
  void add(std::int64_t person, std::span<const std::byte> encoded);
  void finish();

 private:
  std::filesystem::path root_;
  RecordWriter writer_;
  std::uint64_t next_ = 1;
  std::int64_t persons_ = 0;
};

}  // namespace faceptor::datasets
