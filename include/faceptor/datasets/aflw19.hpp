#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>

/// AFLW-19: 24,386 faces with 19 points each.
///
/// `AFLWinfo_release.mat` (mat5.hpp) has, a row a face: `bbox` (left, right, top, bottom), `data` (19 x, 19 y), `mask_new` (19 times 1 seen
/// or 0 hidden) and `nameList` (the picture below `data/flickr`); several faces may share a picture. `ra` is an order of the faces, counted
/// from 1. Boxes and points are taken as they stand there.
namespace faceptor::datasets {

/// Opens a split: "train", the first faces of `ra`; "test", all others; "test_frontal", those of "test" whose points are all seen.
///
/// The published training takes 20,000 faces, and so does this where there are more; of a smaller set it takes the same share, 20,000 of
/// 24,386. Settings: "train_count", a whole number, for another cut. `options.labels` names another file than AFLWinfo_release.mat.
/// `Annotation::columns` has "row", the face's row counted from 1, and "frontal", "1" if all points are seen.
/// @throws Error(io, format, unsupported, limit)  names the file, variable and row
/// @throws Error(argument)  for another split or setting
std::unique_ptr<Dataset> open_aflw19(const std::filesystem::path& root, const DatasetOptions& options = {});

/// A face to write.
struct Aflw19Face {
  std::string picture;  ///< its path below data/flickr
  Box box;
  Points points;                      ///< 19
  std::vector<std::uint8_t> visible;  ///< 19 times 1 or 0
};

/// Writes `AFLWinfo_release.mat` into an existing folder; the faces' order is that of `ra`. Pictures are written by the caller.
/// @throws Error(argument)  for a face without 19 points and marks, @throws Error(io)
void write_aflw19(const std::filesystem::path& root, std::span<const Aflw19Face> faces);

}  // namespace faceptor::datasets
