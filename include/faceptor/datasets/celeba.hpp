#pragma once

#include <filesystem>
#include <memory>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/dataset_options.hpp>

namespace faceptor::data {

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

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/datasets/impl/celeba.cpp>
#endif
