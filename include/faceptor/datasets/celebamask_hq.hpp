#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

/// CelebAMask-HQ: 30,000 portraits with 19 classes a pixel, one mask file for each part of a face.
///
///     CelebA-HQ-img/7.jpg
///     CelebAMask-HQ-mask-anno/0/00007_skin.png       the folder is 7 / 2000; parts that a face hasn't got have no file
///     CelebA-HQ-to-CelebA-mapping.txt                a header, then "7  8121  008122.jpg" for each picture
///     list_eval_partition.txt                        CelebA's own: "008122.jpg 0", 0 training, 1 validation, 2 test
///
/// A picture is brought to 512 x 512 as OpenCV does, the masks' size. Its classes are painted part by part: the parts in the order of
/// `results::kCelebaMaskHqClasses` from 1 on, each over those before it, wherever its mask isn't black.
namespace faceptor::data {

/// Opens a split: "trainval" (what the published training uses), "train", "val" or "test".
///
/// `options.labels` is another place of list_eval_partition.txt, which comes with CelebA. No settings.
/// A sample's name is the picture's path; the column "celeba" has the name of CelebA's picture it was made of.
/// @throws Error(io, format)  names the file, line and field. Reading: also for a mask of another size or with colours, and for a
///                            picture without any mask
/// @throws Error(argument)    for an unknown split or setting
std::unique_ptr<Dataset> open_celebamask_hq(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/celebamask_hq.cpp>
#endif
