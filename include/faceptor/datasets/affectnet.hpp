#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// AffectNet: expressions.
///
///     data/             pictures, aligned to 112 x 112
///     label/train.txt   a line a picture: name class; what follows is passed over
///     label/test.txt
///
/// Classes 0 neutral, 1 happy, 2 sad, 3 surprise, 4 fear, 5 disgust, 6 anger. Records of class 7 (contempt) and above (8 none, 9
/// uncertain, 10 no face) are left out, as the published tasks do; `DatasetInfo::notes` says how many. Pictures are read as stored.
/// Settings: `contempt` = drop | keep (then it is class 7), and those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than train, test, val, or a setting it does not have
std::unique_ptr<Dataset> open_affectnet(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/affectnet.cpp>
#endif
