#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// MORPH II: ages.
///
///     data/                              pictures, aligned to 112 x 112
///     label/RANDOM_80_20/train.txt       a line a picture: name age
///     label/RANDOM_80_20/test.txt
///
/// Age in whole years, 0 to 150. Pictures are read as stored, without their EXIF turn. The list may be another file or folder:
/// `options.labels`. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than train, test, val, or a setting it does not have
std::unique_ptr<Dataset> open_morph2(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/morph2.cpp>
#endif
