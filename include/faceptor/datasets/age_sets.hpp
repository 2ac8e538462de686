#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

namespace faceptor::datasets {

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

/// UTKFace: ages.
///
///     data/             pictures, aligned to 112 x 112
///     label/train.csv   a header line, then a line a picture: file,age; further columns are kept by their names
///     label/test.csv
///
/// A folder without label/ that holds pictures is read as its publishers pack it: AGE_SEX_RACE_DATE.jpg.chip.jpg, and `info().notes` tells
/// the pictures that are left out since their names say something else.
/// Where the first column of the header has no name, as an index written by pandas, file and age are the two after it.
/// Age in whole years, 0 to 150. Pictures are read as stored, without their EXIF turn. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than train, test, val, or a setting it does not have
std::unique_ptr<Dataset> open_utkface(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
