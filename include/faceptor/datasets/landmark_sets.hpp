#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/dataset.hpp>

/// The CSV files of landmarks that 300W and WFLW share.
///
///     image_path,scale,center_w,center_h,x0,y0,x1,y1,...        a header line, whatever its names
///     helen/trainset/1.jpg,1.575,335,257,204.5,231.2,...        a line a face
///
/// The box is a square about (center_w, center_h) whose half side is 100 x scale. It is a `Box` with these very edges, so that
/// `crop_matrix(box, crop, BoxEdges::pixels)` is the matrix of the published code, which takes the edges to -0.5 and width - 0.5.
namespace faceptor::datasets::detail {

struct LandmarkCsv {
  std::string_view scheme;     ///< of results/landmarks.hpp
  double shift = 0;            ///< what is subtracted from the centre and the points
  bool several_faces = false;  ///< whether a picture may hold several faces: only records that agree in everything are refused then
};

/// Adds all faces of a file. Each has its landmarks, its box, and the five points that follow from the landmarks.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
void add_landmark_csv(const std::filesystem::path& path, const LandmarkCsv& csv, PictureList& list);

/// What is said of a set of landmarks.
DatasetInfo landmark_info(std::string split, std::string_view scheme);

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {

/// 300W: 68 points.
///
///     data/{afw,helen,ibug,lfpw}/...                                                      pictures of any size
///     face_landmarks_300w_{train,valid,valid_common,valid_challenge,test}.csv             splits of these names
///
/// The CSV files are the ones described above, their points and centres larger by 2 than what is given here, as in the published
/// code: 2 is subtracted from both. Each sample has a square box and five points besides its landmarks. Pictures are turned by their
/// EXIF orientation, as OpenCV does. One picture is called differently in the lists and on disk, "ibug/image_092 _01.jpg" with a blank
/// or without: whichever is there is taken. Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for an unknown split, or a setting it does not have
std::unique_ptr<Dataset> open_300w(const std::filesystem::path& root, const DatasetOptions& options = {});

/// WFLW: 98 points.
///
///     data/...                                                                                     pictures of any size
///     face_landmarks_wflw_{train,test,test_blur,test_expression,test_illumination,test_largepose,
///                          test_makeup,test_occlusion}.csv                                         splits of these names
///
/// The CSV files are the ones described above, nothing subtracted. A picture may hold several faces: the second is named
/// "data/a.jpg#2". Each sample has a square box and five points besides its landmarks. Pictures are turned by their EXIF orientation.
/// Settings: those of every PictureList.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for an unknown split, or a setting it does not have
std::unique_ptr<Dataset> open_wflw(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
