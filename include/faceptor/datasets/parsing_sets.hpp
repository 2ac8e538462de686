#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

/// CelebAMask-HQ: 30,000 portraits with 19 classes a pixel, one mask file for each part of a face.
///
///     CelebA-HQ-img/7.jpg
///     CelebAMask-HQ-mask-anno/0/00007_skin.png       the folder is 7 / 2000; parts that a face hasn't got have no file
///     CelebA-HQ-to-CelebA-mapping.txt                a header, then "7  8121  008122.jpg" for each picture
///     list_eval_partition.txt                        CelebA's own: "008122.jpg 0", 0 training, 1 validation, 2 test
///
/// A picture is brought to 512 x 512 as OpenCV does, the masks' size. Its classes are painted part by part: the parts in the order of
/// `results::kCelebaMaskHqClasses` from 1 on, each over those before it, wherever its mask isn't black.
namespace faceptor::datasets {

/// Opens a split: "trainval" (what the published training uses), "train", "val" or "test".
///
/// `options.labels` is another place of list_eval_partition.txt, which comes with CelebA. No settings.
/// A sample's name is the picture's path; the column "celeba" has the name of CelebA's picture it was made of.
/// @throws Error(io, format)  names the file, line and field. Reading: also for a mask of another size or with colours, and for a
///                            picture without any mask
/// @throws Error(argument)    for an unknown split or setting
std::unique_ptr<Dataset> open_celebamask_hq(const std::filesystem::path& root, const DatasetOptions& options = {});

// LaPa: 22,000 faces in all poses with 11 classes a pixel and 106 landmarks.
//
//     train/images/1.jpg
//     train/labels/1.png        a class in each pixel, 0 to 10, as large as the picture
//     train/landmarks/1.txt     "106", then 106 lines "x y"
//
// and the same in `val` and `test`. Of the landmarks, the five that align a face are kept: pupils, nose tip, corners of the mouth (rows
// 104, 105, 54, 84 and 90). A JPEG is turned as its EXIF orientation says, as OpenCV does; masks and landmarks belong to the turned one.

/// Opens a split: "trainval" (what the published training uses), "train", "val" or "test". Samples come in the order of their names.
///
/// `options.labels` is a folder of other masks for the same pictures, `LABELS/train/labels/1.png`; then only pictures that have one there
/// are samples. The setting "classes" says what the masks hold: "lapa", or "celebamask_hq" for the 19 classes of that set.
/// @throws Error(io, format)  names the file and line. Opening: a picture without landmarks, or with wrong ones. Reading: a missing
///                            picture or mask, a mask of another size than its picture, with colours or a class out of range
/// @throws Error(argument)    for an unknown split or setting
std::unique_ptr<Dataset> open_lapa(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
