#pragma once

#include <cstddef>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/image/image.hpp>

/// Samples at a glance, their labels drawn over them: the first thing to look at in a data set.
///
///     write_png("sheet.png", datasets::dataset_sheet(*datasets::open_dataset("lapa", "data/LaPa")));
namespace faceptor::datasets {

/// How a sheet looks.
struct SheetOptions {
  int columns = 8;
  int rows = 5;
  int tile = 176;   ///< the side of a sample's square, in pixels
  int threads = 0;  ///< that read side by side; 0: as many as the machine has cores
};

/// A title, samples spread evenly over the set, each with its label in words below it, and a legend of classes.
///
/// Landmarks are dots and lines, hidden ones hollow; classes of pixels their colours, as dense as a soft map is from 0 to 1; ages, classes
/// and attributes words. Where there is a box or are points, and the picture is large, the tile shows their surroundings. A sample that
/// can't be read has a crossed tile.
/// @throws Error(argument)  when the set is empty, or an option out of range
Image dataset_sheet(const Dataset& dataset, const SheetOptions& options = {});

/// One sample as it stands on a sheet, without words: `side` x `side` pixels. @throws Error(argument) for an empty picture or side
Image sample_tile(const Sample& sample, const DatasetInfo& info, int side);

}  // namespace faceptor::datasets
