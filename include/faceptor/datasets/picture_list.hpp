#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>
#include <faceptor/datasets/table.hpp>

namespace faceptor::data {

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
  /// @throws Error(argument) for a setting that nobody knows
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

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/picture_list.cpp>
#endif
