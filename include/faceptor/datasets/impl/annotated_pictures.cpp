#pragma once

#include <utility>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>

namespace faceptor::data {

FACEPTOR_INLINE AnnotatedPictures::AnnotatedPictures(DatasetInfo info, std::vector<AnnotatedPicture> pictures, const ReadOptions& reading)
    : info_(std::move(info)), pictures_(std::move(pictures)), reading_(reading) {}

FACEPTOR_INLINE const AnnotatedPicture& AnnotatedPictures::at(std::size_t index) const {
  if (index < pictures_.size()) return pictures_[index];
  throw Error(ErrorCode::argument, "data: a data set has no such sample")
      .where(fmt::format("{} {}", info_.format, info_.split))
      .expected(fmt::format("an index below {}", pictures_.size()))
      .found(std::to_string(index));
}

FACEPTOR_INLINE Annotation AnnotatedPictures::annotation(std::size_t index) const { return at(index).annotation; }

FACEPTOR_INLINE Sample AnnotatedPictures::read(std::size_t index) const {
  const auto& [annotation, picture] = at(index);
  try {
    // In normal form, as paths were checked: behind a symbolic link ".." would lead somewhere else.
    const auto path = (info_.root / (picture.empty() ? annotation.name : picture)).lexically_normal();
    Sample sample{annotation, read_image(path, reading_)};
    complete(sample, index);
    return sample;
  } catch (Error& error) {
    error.where(fmt::format("{}, sample {} of {} {}", error.where(), index, info_.format, info_.split));
    throw;
  }
}

}  // namespace faceptor::data
