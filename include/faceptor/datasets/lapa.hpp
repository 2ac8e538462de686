#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

/// LaPa: 22,000 faces in all poses with 11 classes a pixel and 106 landmarks.
///
///     train/images/1.jpg
///     train/labels/1.png        a class in each pixel, 0 to 10, as large as the picture
///     train/landmarks/1.txt     "106", then 106 lines "x y"
///
/// and the same in `val` and `test`. Of the landmarks, the five that align a face are kept: pupils, nose tip, corners of the mouth (rows
/// 104, 105, 54, 84 and 90). A JPEG is turned as its EXIF orientation says, as OpenCV does; masks and landmarks belong to the turned one.
namespace faceptor::data {

/// Opens a split: "trainval" (what the published training uses), "train", "val" or "test". Samples come in the order of their names.
///
/// `options.labels` is a folder of other masks for the same pictures, `LABELS/train/labels/1.png`; then only pictures that have one there
/// are samples. The setting "classes" says what the masks hold: "lapa", or "celebamask_hq" for the 19 classes of that set.
/// @throws Error(io, format)  names the file and line. Opening: a picture without landmarks, or with wrong ones. Reading: a missing
///                            picture or mask, a mask of another size than its picture, with colours or a class out of range
/// @throws Error(argument)    for an unknown split or setting
std::unique_ptr<Dataset> open_lapa(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/lapa.cpp>
#endif
