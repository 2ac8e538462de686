#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// FERPlus: expressions.
///
///     data/             pictures, aligned to 112 x 112
///     label/train.txt   a line a picture: name k
///     label/val.txt
///     label/test.txt
///
/// k = 0 neutral, 1 happy, 2 surprise, 3 sad, 4 anger, 5 disgust, 6 fear, 7 contempt; it becomes the index in neutral, happy, sad,
/// surprise, fear, disgust, anger. Contempt is no class of the published task: its records are left out, and counted in
/// `DatasetInfo::notes`. The usual split, trainval, is train and then val. Pictures are read as stored.
/// Settings: `contempt` = drop | keep (then it is class 7), and those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than trainval, train, val, test, or a setting it does not have
std::unique_ptr<Dataset> open_ferplus(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/ferplus.cpp>
#endif
