#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

/// What the readers of expression sets share.
namespace faceptor::datasets::detail {

/// What is said of a set with the published seven expressions as its classes. @param contempt  with contempt as an eighth
DatasetInfo expression_info(std::string split, bool contempt = false);

/// The setting `contempt`: drop (false) or keep (true).
bool keeps_contempt(const DatasetOptions& options, std::string_view format);

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {

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

/// RAF-DB: expressions.
///
///     data/        pictures, aligned to 112 x 112
///     label.txt    a line a picture: train_00001_aligned.jpg k
///
/// Where there is no picture of that name but an aligned one, as in the published archive (train_00001.jpg in the list), that is read.
/// The name up to its first "_" is the split. k = 1 surprise, 2 fear, 3 disgust, 4 happy, 5 sad, 6 anger, 7 neutral; it becomes the
/// index in neutral, happy, sad, surprise, fear, disgust, anger. Pictures are read as stored. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for a split other than train, test, val, or a setting it does not have
std::unique_ptr<Dataset> open_rafdb(const std::filesystem::path& root, const DatasetOptions& options = {});

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

}  // namespace faceptor::datasets
