#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/table.hpp>

/// The two forms of CelebA's labels, as one.
namespace faceptor::datasets::detail {

/// The pictures of one split.
struct CelebaLabels {
  struct Row {
    std::string name;
    std::vector<std::int8_t> values;  ///< 1 yes, 0 no, -1 unknown, in the order of results::kCelebaAttributeNames
    LinePlace place;                  ///< its `file` is `source` below
  };
  std::string source;  ///< the file of the attributes
  std::vector<Row> rows;
};

/// Where each of CelebA's attributes stands among the names that a file gives, in the order of results::kCelebaAttributeNames.
/// @throws Error(format)  unless the names are CelebA's, each once
std::vector<std::size_t> celeba_columns(const std::vector<std::string>& names, const LinePlace& place);

/// Of label.pkl. @param split  train, val, trainval or test
void read_celeba_pickle(const std::filesystem::path& path, const std::string& split, CelebaLabels& out);

/// Of CelebA's own lists.
void read_celeba_lists(const std::filesystem::path& attributes, const std::filesystem::path& partition, const std::string& split,
                       CelebaLabels& out);

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {

/// CelebA: forty attributes. Its labels come in either of two forms.
///
///     data/                       pictures, aligned, 178 x 218
///     label.pkl                   the published code's: a pickle of a dict with image_name (n names), attr (n x 40 of 0 and 1),
///                                 attr_name (40 names) and partition (a dict train, val, trainval, test: lists of indices from 0)
///
///     list_attr_celeba.txt        CelebA's own: the number of pictures; 40 names; a line a picture: name and 40 of 1 (yes), -1 (no)
///     list_eval_partition.txt     a line a picture: name and 0 (train), 1 (val), 2 (test)
///
/// label.pkl is read if it is there, else the two lists. `options.labels` names another folder of these files, another pickle, or
/// another list of attributes, with its partition beside it. A 0 in the lists means unknown; in a sample that is -1. The names may come
/// in any order; samples have them in that of results::kCelebaAttributeNames. In a pickle, numbers may be lists or arrays of numpy; nothing
/// in it is run. Splits: trainval, train, val, test; the usual one is trainval. Pictures are read as stored. Settings: those of every
/// PictureList.
/// @throws Error(io, format, limit, unsupported)  names the file, the record and the field that is wrong
/// @throws Error(argument)                        for an unknown split, or a setting it does not have
std::unique_ptr<Dataset> open_celeba(const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
