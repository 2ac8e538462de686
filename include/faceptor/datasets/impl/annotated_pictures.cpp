#include <fmt/format.h>

#include <array>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::datasets {

AnnotatedPictures::AnnotatedPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures, const ReadOptions& reading)
    : info_(std::move(info)), pictures_(std::move(pictures)), reading_(reading) {}

const AnnotatedPicture& AnnotatedPictures::at(std::size_t index) const {
  if (index < pictures_.size()) return pictures_[index];
  throw Error(ErrorCode::argument, "data: a data set has no such sample")
      .where(fmt::format("{} {}", info_.format, info_.split))
      .expected(fmt::format("an index below {}", pictures_.size()))
      .found(std::to_string(index));
}

Annotation AnnotatedPictures::annotation(std::size_t index) const { return at(index).annotation; }

Sample AnnotatedPictures::read(std::size_t index) const {
  const auto& [annotation, picture] = at(index);
  try {
    // In normal form, as paths were checked: behind a symbolic link ".." would lead somewhere else.
    const auto path = (info_.root / (picture.empty() ? annotation.name : picture)).lexically_normal();
    Sample sample{annotation, read_image(path, reading_)};
    complete(sample, index);
    return sample;
  } catch (Error& error) {
    error.where(fmt::format("{}, sample {} of {} {}", error.where(), index, info_.format, info_.split));
    if (error.hint() == faceptor::detail::kLenientHint) error.hint("mend the picture, or take it out of the labels");
    throw;
  }
}

namespace {

/// The folder of the pictures, after all settings were looked at.
std::string picture_folder(const DatasetOptions& options, std::string_view format, std::string_view usual,
                           std::span<const std::string> settings) {
  std::vector<std::string> known{"images", "duplicates"};
  known.insert(known.end(), settings.begin(), settings.end());
  detail::check_settings(options, format, known);
  return detail::setting(options, "images", usual);
}

bool keeps_duplicates(const DatasetOptions& options, std::string_view format) {
  return detail::chosen_setting(options, format, "duplicates", std::array<std::string, 2>{"refuse", "keep"}) == "keep";
}

}  // namespace

PictureList::PictureList(std::string format, const std::filesystem::path& root, const DatasetOptions& options, std::string_view images,
                         std::span<const std::string> settings)
    : format_(std::move(format)),
      root_(root),
      paths_(root, options, picture_folder(options, format_, images, settings)),
      keeps_duplicates_(keeps_duplicates(options, format_)) {}

AnnotatedPicture& PictureList::add(std::string_view written, const LinePlace& place, Label label, std::string_view face) {
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

std::string PictureList::below_root(std::string_view written, const LinePlace& place, std::string_view field) const {
  return paths_.below_root(written, place, field);
}

std::unique_ptr<Dataset> PictureList::finish(DatasetInfo info, const ReadOptions& reading, std::string_view source,
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

}  // namespace faceptor::datasets
