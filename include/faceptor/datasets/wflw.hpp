#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

/// WFLW: 98 points.
///
///     data/...                                                                                     pictures of any size
///     face_landmarks_wflw_{train,test,test_blur,test_expression,test_illumination,test_largepose,
///                          test_makeup,test_occlusion}.csv                                         splits of these names
///
/// The CSV files are those of landmark_csv.hpp, nothing subtracted. A picture may hold several faces: the second is named
/// "data/a.jpg#2". Each sample has a square box and five points besides its landmarks. Pictures are turned by their EXIF orientation.
/// Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for an unknown split, or a setting it does not have
std::unique_ptr<Dataset> open_wflw(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/wflw.cpp>
#endif
