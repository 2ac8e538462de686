#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/files/atomic_file.hpp>
#include <faceptor/image/image.hpp>

/// COFW: faces behind things, with 29 points each.
///
/// `COFW_train_color.mat` and `COFW_test_color.mat` are MATLAB files of version 7.3 (hdf5.hpp). `IsTr` (`IsT` for testing) is a cell array
/// of pictures, grey or colour; `phisTr` (`phisT`) has a row a face: 29 x, 29 y, 29 times 1 hidden or 0 seen. Points are taken as they
/// stand there, as the published training does: MATLAB counts pixels from 1, and nothing is subtracted. The box is the square around the
/// points: about the middle of their extent in whole pixels, rounded outwards, its side the longer one.
namespace faceptor::datasets {

/// Opens a split, "train" or "test". `root` is the folder of these files, or the split's file; `options.labels` names another file.
/// @throws Error(io, format, unsupported, limit)  names the file, variable and row
/// @throws Error(argument)  for another split or setting
std::unique_ptr<Dataset> open_cofw(const std::filesystem::path& root, const DatasetOptions& options = {});

/// Writes a split as MATLAB would, picture by picture; the file appears with `finish()`.
class CofwWriter {
 public:
  /// @param root   an existing folder
  /// @param split  "train" or "test". @throws Error(argument) for another, @throws Error(io)
  CofwWriter(const std::filesystem::path& root, std::string_view split);

  /// @param points   29, in pixels of the picture, as they are to be read again
  /// @param visible  29 times 1 seen or 0 hidden
  /// @param grey     keeps one channel, the red one, as some pictures of the set have it
  /// @throws Error(argument)  for an empty picture, another number of points or marks, or more than 65,000 pictures, @throws Error(io)
  void add(const Image& image, std::span<const Point> points, std::span<const std::uint8_t> visible, bool grey = false);
  void finish();

 private:
  files::AtomicFile file_;
  std::string suffix_;
  std::vector<std::uint64_t> pictures_;  // addresses of their datasets
  std::vector<double> shapes_;           // 87 a face
};

}  // namespace faceptor::datasets
