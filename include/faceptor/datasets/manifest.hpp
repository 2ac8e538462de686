#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

namespace faceptor::datasets {

/// A set of your own, listed in one file: CSV with a header line, or JSON lines.
///
///     image,x0,y0,x1,y1,glasses,age,split
///     photos/a.jpg,84,60,171,170,1,31,train
///
///     {"image": "photos/a.jpg", "box": [84, 60, 171, 170], "glasses": 1, "age": 31, "split": "train"}
///
///     datasets::open_manifest("faces.csv", {.settings = {{"label", "glasses,smile"}, {"kind", "attributes"}}});
///
/// `root` is the folder that the pictures' paths begin in, and holds manifest.csv, manifest.tsv or manifest.jsonl; or it is the file
/// itself, and the paths begin beside it. `options.labels` names another file. A picture may come several times, with other faces. All
/// columns that serve nothing else are kept in `Annotation::columns`. What the columns mean, by settings:
///
///     image      the column of the path ("image")
///     label      the columns of the label, parted by commas ("label" if there is such a column, else none)
///     kind       class | age | attributes | values | landmarks | soft_maps | none (class); several columns need it said
///     classes    of a class: its names in the order of their indices, parted by commas. Without it: if all labels of the file are whole
///                numbers from 0, these are the indices; else the distinct labels in the order of their bytes. Splits share them.
///     coding     of attributes: "0/1" (0 no, 1 yes; -1 or empty unknown), or "-1/1" (-1 no, 1 yes; 0 or empty unknown) ("0/1");
///                yes, no, true, false are read too
///     missing    what stands for an unknown label, parted by commas, besides an empty field ("")
///     unlabelled "refuse" a row without a label, or "drop" it: `DatasetInfo::notes` says how many (refuse). Attributes may be unknown
///     scheme     of landmarks: one of results/landmarks.hpp, or a name of your own ("")
///     box        four columns of the edges of the face ("x0,y0,x1,y1" if there are such columns); in JSON also "box": [x0, y0, x1, y1]
///     points     ten columns of the five points ("left_eye_x,left_eye_y,right_eye_x,...,nose_x,...,mouth_left_x,...,mouth_right_x,..."
///                if there are such columns), left and right as seen in the image; in JSON also "points": [[x, y], ... five]
///     split      the column of the split ("split" if the first row has such a column); without one the whole file is the split "all"
///     like       a published task ("age_morph2"): samples go through its chain, in training and evaluation ("")
///     separator  of CSV: comma | tab | space (what the header line has)
///     exif       turn | ignore: whether a picture is turned by its EXIF orientation, before boxes and points are laid on it (turn)
///
/// and those of every PictureList. Landmarks are columns NAME0_x,NAME0_y,NAME1_x,... for the label NAME, or in JSON a list of [x, y]; where
/// the row has no box, the square around them is one, and of a published scheme the five points follow from them. Boxes and points are
/// in pixels, pixel centres at whole numbers. In JSON, the first row decides which of the usual columns there are. The usual split is
/// train, or all without splits.
///
/// Soft maps are files as `read_soft_maps` reads them, as large as the picture as it is read: their columns hold paths that begin where
/// the pictures' do. A column is a map; one column alone may hold files of several maps, as many in each as in the first, called NAME0,
/// NAME1, ...
/// @throws Error(io, format, limit)  names the file, the line and the field that is wrong
/// @throws Error(argument)           for an unknown split, setting or choice
std::unique_ptr<Dataset> open_manifest(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
