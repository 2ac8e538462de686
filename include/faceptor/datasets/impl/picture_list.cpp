#pragma once

#include <array>
#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/picture_list.hpp>
#include <faceptor/datasets/soft_map_files.hpp>

namespace faceptor::data {
namespace detail {

/// The folder of the pictures, after all settings were looked at.
FACEPTOR_INLINE std::string picture_folder(const DatasetOptions& options, std::string_view format, std::string_view usual,
                                           std::span<const std::string> settings) {
  std::vector<std::string> known{"images", "duplicates"};
  known.insert(known.end(), settings.begin(), settings.end());
  check_settings(options, format, known);
  return setting(options, "images", usual);
}

FACEPTOR_INLINE bool keeps_duplicates(const DatasetOptions& options, std::string_view format) {
  return chosen_setting(options, format, "duplicates", std::array<std::string, 2>{"refuse", "keep"}) == "keep";
}

}  // namespace detail

FACEPTOR_INLINE PictureList::PictureList(std::string format, const std::filesystem::path& root, const DatasetOptions& options,
                                         std::string_view images, std::span<const std::string> settings)
    : format_(std::move(format)),
      root_(root),
      paths_(root, options, detail::picture_folder(options, format_, images, settings)),
      keeps_duplicates_(detail::keeps_duplicates(options, format_)) {}

FACEPTOR_INLINE AnnotatedPicture& PictureList::add(std::string_view written, const LinePlace& place, Label label, std::string_view face) {
  auto picture = paths_.below_root(written, place);
  if (!keeps_duplicates_) seen_.expect_new(face.empty() ? picture : fmt::format("{}\n{}", picture, face), place);
  AnnotatedPicture added;
  added.annotation.label = std::move(label);
  // Most sets never have a second face, and needn't count the first ones once more.
  const auto times = keeps_duplicates_ || !face.empty() ? ++times_[picture] : 1;
  if (times == 1) {
    added.annotation.name = std::move(picture);
  } else {
    added.annotation.name = fmt::format("{}#{}", picture, times);
    added.picture = std::move(picture);
  }
  return pictures_.emplace_back(std::move(added));
}

FACEPTOR_INLINE std::string PictureList::below_root(std::string_view written, const LinePlace& place, std::string_view field) const {
  return paths_.below_root(written, place, field);
}

FACEPTOR_INLINE std::unique_ptr<Dataset> PictureList::finish(DatasetInfo info, const ReadOptions& reading, std::string_view source,
                                                             std::vector<std::vector<std::string>> maps) {
  if (pictures_.empty()) {
    throw Error(ErrorCode::format, "data: a label file has no records").where(std::string(source)).expected("a sample of " + info.split);
  }
  info.format = format_;
  info.root = root_;
  if (info.kind == LabelKind::soft_maps) {
    return std::make_unique<SoftMapPictures>(std::move(info), std::move(pictures_), std::move(maps), reading);
  }
  return std::make_unique<AnnotatedPictures>(std::move(info), std::move(pictures_), reading);
}

}  // namespace faceptor::data
