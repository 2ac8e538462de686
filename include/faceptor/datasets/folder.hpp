#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

namespace faceptor::datasets {

/// A set of your own: a folder a class, with or without a folder a split around them.
///
///     train/smiling/a.jpg             smiling/a.jpg
///     train/neutral/more/b.png        neutral/more/b.png
///     test/smiling/c.jpg
///
/// The root has splits if it has a folder "train", or the one that `options.split` names, with folders in it; the usual one is train.
/// Otherwise the root's own folders are the classes, and the split is called "all". Classes count in the order of their names' bytes,
/// over all splits, so that they agree. Pictures are known by their names' ends (`has_picture_name`); hidden
/// files are passed over, other files are counted in `DatasetInfo::notes`. Samples come in the order of their paths' bytes. Links to
/// folders of classes are followed, links to folders inside them are not.
///
/// Settings: `classes`, names parted by commas, gives their order, and leaves other folders out, which a note says;
/// `exif` = turn | ignore says whether pictures are turned by their EXIF orientation (turn);
/// `kind` = class | soft_maps: with the latter, the folders are those of pictures and, map by map, of their maps, which the classes' names
/// and `classes` then stand for:
///
///     train/pictures/a.jpg            pictures/a.jpg
///     train/soft_maps/hair/a.png      soft_maps/hair/a.npy
///
/// A map has its picture's name and size, and ends in .png or .npy (`read_soft_maps`). A set of one map may have several in its files.
///
/// @throws Error(io)        for a folder that can't be read  @throws Error(format)  for one without classes, or a class without pictures
/// @throws Error(argument)  for an unknown split or setting, and for `options.labels`, which there are none of
std::unique_ptr<Dataset> open_folder(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
