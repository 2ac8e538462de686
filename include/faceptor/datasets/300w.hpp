#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// 300W: 68 points.
///
///     data/{afw,helen,ibug,lfpw}/...                                                      pictures of any size
///     face_landmarks_300w_{train,valid,valid_common,valid_challenge,test}.csv             splits of these names
///
/// The CSV files are those of landmark_csv.hpp, their points and centres larger by 2 than what is given here, as in the published
/// code: 2 is subtracted from both. Each sample has a square box and five points besides its landmarks. Pictures are turned by their
/// EXIF orientation, as OpenCV does. One picture is called differently in the lists and on disk, "ibug/image_092 _01.jpg" with a blank
/// or without: whichever is there is taken. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for an unknown split, or a setting it does not have
std::unique_ptr<Dataset> open_300w(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/300w.cpp>
#endif
