#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::data {

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

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/annotated_pictures.cpp>
#endif
