#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>

/// Data sets by the name of their format, for programs and configurations.
///
///     auto set = datasets::open_dataset("300w", "data/300W", {.split = "valid_challenge"});
namespace faceptor::datasets {

/// A format of data sets.
struct DatasetFormat {
  std::string name;                      ///< "300w"; lower case
  std::string description;               ///< one line
  LabelKind kind = LabelKind::none;      ///< what its samples are labelled with; none also where the files decide
  std::vector<std::string> splits = {};  ///< that it may have, the one opened by default first; empty where the files decide
};

using DatasetOpener = std::function<std::unique_ptr<Dataset>(const std::filesystem::path& root, const DatasetOptions& options)>;

/// All formats: the bundled ones, then registered ones in the order they came.
std::vector<DatasetFormat> dataset_formats();

/// Opens a data set. @param root  its folder, or the file it consists of
/// @throws Error(unsupported)  for an unknown format, with the nearest known one
/// @throws Error(argument)  for an unknown split or setting
/// @throws Error(io)        when there is nothing at `root`
/// @throws Error            whatever the format's reader finds wrong
std::unique_ptr<Dataset> open_dataset(std::string_view format, const std::filesystem::path& root, const DatasetOptions& options = {});

/// Makes a format of one's own known to `open_dataset`, and with it to the program's configurations. Thread-safe.
///
///     datasets::register_dataset_format({.name = "mine", .description = "faces of the archive", .kind = LabelKind::age}, open_mine);
///
/// @throws Error(argument)  when the name is empty or taken, or there is no opener
void register_dataset_format(DatasetFormat format, DatasetOpener opener);

/// How many samples a split has, or why it can't be opened.
struct SplitSize {
  std::string split;
  std::size_t samples = 0;
  std::string error = {};  ///< empty where it could be opened
};

/// Opens every split that a format may have. One whose files are missing is no fault: few people have all of them.
/// @throws Error(unsupported)  for an unknown format
std::vector<SplitSize> split_sizes(std::string_view format, const std::filesystem::path& root, const DatasetOptions& options = {});

}  // namespace faceptor::datasets
