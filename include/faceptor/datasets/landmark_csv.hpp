#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/picture_list.hpp>

/// The CSV files of landmarks that 300W and WFLW share.
///
///     image_path,scale,center_w,center_h,x0,y0,x1,y1,...        a header line, whatever its names
///     helen/trainset/1.jpg,1.575,335,257,204.5,231.2,...        a line a face
///
/// The box is a square about (center_w, center_h) whose half side is 100 x scale. It is a `Box` with these very edges, so that
/// `crop_matrix(box, crop, BoxEdges::pixels)` is the matrix of the published code, which takes the edges to -0.5 and width - 0.5.
namespace faceptor::data::detail {

struct LandmarkCsv {
  std::string_view scheme;     ///< of results/landmark_schemes.hpp
  double shift = 0;            ///< what is subtracted from the centre and the points
  bool several_faces = false;  ///< whether a picture may hold several faces: only records that agree in everything are refused then
};

/// Adds all faces of a file. Each has its landmarks, its box, and the five points that follow from the landmarks.
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
void add_landmark_csv(const std::filesystem::path& path, const LandmarkCsv& csv, PictureList& list);

/// What is said of a set of landmarks.
DatasetInfo landmark_info(std::string split, std::string_view scheme, std::string task);

}  // namespace faceptor::data::detail

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/landmark_csv.cpp>
#endif
