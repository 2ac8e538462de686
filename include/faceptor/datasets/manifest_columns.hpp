#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/datasets/dataset.hpp>
#include <faceptor/datasets/named_rows.hpp>
#include <faceptor/datasets/sample.hpp>

/// What the columns of a manifest mean: settings as plain data, and one row read by them. See manifest.hpp.
namespace faceptor::datasets::detail {

struct ManifestColumns {
  std::string image;
  LabelKind kind = LabelKind::none;
  std::vector<std::string> label;
  std::vector<std::string> classes;
  std::string scheme;
  std::vector<std::string> box, points;  ///< four and ten names; empty where there are none
  std::string split;                     ///< empty where there is none
  bool zero_is_unknown = false;          ///< attributes coded as -1 and 1
  std::vector<std::string> missing;      ///< what a label says where nothing is known, besides nothing
  bool drops_unlabelled = false;         ///< rows without a label are left out
};

/// An Error(argument) about the settings. @param summary  without the room
Error manifest_error(const std::string& summary);

/// The names of all settings of a manifest.
std::vector<std::string> manifest_settings();

/// From the settings, and from the columns that the file has. @param rows  at the first row
/// @throws Error(argument) for settings that contradict each other  @throws Error(format) for columns that are not there
ManifestColumns manifest_columns(const DatasetOptions& options, const NamedRows& rows);

/// Whether the current row lacks a label, or a part of it; of attributes, whether nothing is known of any.
bool is_unlabelled(const ManifestColumns& columns, const NamedRows& rows);

/// The label of the current row; of a class its text, which becomes an index when all rows are known.
struct ManifestLabel {
  Label label;
  std::string class_text;
};
ManifestLabel manifest_label(const ManifestColumns& columns, const NamedRows& rows);

std::optional<Box> manifest_box(const ManifestColumns& columns, const NamedRows& rows);
std::optional<FivePoints> manifest_points(const ManifestColumns& columns, const NamedRows& rows);

/// What serves nothing else.
std::map<std::string, std::string> manifest_others(const ManifestColumns& columns, const NamedRows& rows);

}  // namespace faceptor::datasets::detail
