#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// RAF-DB: expressions.
///
///     data/        pictures, aligned to 112 x 112
///     label.txt    a line a picture: train_00001_aligned.jpg k
///
/// The name up to its first "_" is the split. k = 1 surprise, 2 fear, 3 disgust, 4 happy, 5 sad, 6 anger, 7 neutral; it becomes the
/// index in neutral, happy, sad, surprise, fear, disgust, anger. Pictures are read as stored. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than train, test, val, or a setting it does not have
std::unique_ptr<Dataset> open_rafdb(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/rafdb.cpp>
#endif
