#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::datasets {

/// One sample of a set whose annotations fit into memory.
struct AnnotatedPicture {
  Annotation annotation;
  std::string picture = {};  ///< its path below the root, where that is not the annotation's name
};

/// A data set that is a list: annotations, and a picture file for each. What every reader of text labels gives.
class AnnotatedPictures : public Dataset {
 public:
  /// @param reading  how its pictures are decoded: whether EXIF turns them is the format's affair
  AnnotatedPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures, const ReadOptions& reading);

  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return pictures_.size(); }
  Annotation annotation(std::size_t index) const override;
  Sample read(std::size_t index) const override;

 protected:
  /// For sets that know more of a sample than fits into memory, such as a mask beside its picture: adds it to what was read.
  /// Called by `read`, which adds to an error which sample it was.
  virtual void complete(Sample& /*sample*/, std::size_t /*index*/) const {}

 private:
  const AnnotatedPicture& at(std::size_t index) const;

  DatasetInfo info_;
  std::vector<AnnotatedPicture> pictures_;
  ReadOptions reading_;
};

/// How PIL reads, which read the published 112-pixel sets: a picture stays as it is stored, whatever its EXIF says.
inline ReadOptions as_stored() { return {.apply_orientation = false}; }
/// How OpenCV reads, which read the published landmark and parsing sets: EXIF turns a picture.
inline ReadOptions upright_reading() { return {.apply_orientation = true}; }

/// Years beyond which an age is taken for a mistake.
inline constexpr std::int64_t kOldestAge = 150;

/// Gathers a set's samples from its label files, checked: what a reader of text labels is written with.
///
///     PictureList list("morph2", root, options);
///     LabelFile file(detail::label_file(root, options, "label/train.txt"));
///     while (file.next()) {
///       const Record record = file.fields(Separator::space);
///       list.add(record.text(0, "name"), record.place(), AgeLabel{...});
///     }
///     return list.finish({.split = "train", .kind = LabelKind::age}, as_stored());
///
/// Every set made with it has these settings:
///
///     images      the folder that pictures' paths begin in, below the root; "data" unless the set says otherwise
///     duplicates  "refuse" a picture that stands in the labels twice, or "keep" it: the second is named "data/a.jpg#2"
class PictureList {
 public:
  /// @param images    the usual folder of the pictures
  /// @param settings  names of the settings that this format has besides
  /// @throws Error(argument) for an unknown setting
  PictureList(std::string format, const std::filesystem::path& root, const DatasetOptions& options, std::string_view images = "data",
              std::span<const std::string> settings = {});

  /// A sample more.
  /// @param written  the picture's path as it stands in the label file
  /// @param face     what tells several faces of one picture apart, as text; empty where a picture has one face only
  /// @throws Error(format) for a path that may not be, or a sample that came before
  AnnotatedPicture& add(std::string_view written, const LinePlace& place, Label label, std::string_view face = {});

  /// Of all samples so far, in the order in which they came.
  std::vector<AnnotatedPicture>& pictures() noexcept { return pictures_; }

  /// The path below the root of a further file that the label file names, such as a mask: it begins where pictures' paths do.
  /// @param field  the file's name in errors  @throws Error(format) for a path that may not be
  std::string below_root(std::string_view written, const LinePlace& place, std::string_view field) const;

  /// The set. @param info  all but the format and the root  @param source  the label file, for errors
  /// @param maps  of soft maps: their files, picture by picture
  /// @throws Error(format) if there is no sample
  std::unique_ptr<Dataset> finish(DatasetInfo info, const ReadOptions& reading, std::string_view source,
                                  std::vector<std::vector<std::string>> maps = {});

 private:
  std::string format_;
  std::filesystem::path root_;
  LabelPaths paths_;
  bool keeps_duplicates_;
  SeenNames seen_;
  std::unordered_map<std::string, std::size_t> times_;
  std::vector<AnnotatedPicture> pictures_;
};

}  // namespace faceptor::datasets
