#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/data/datasets/annotated_pictures.hpp>
#include <faceptor/data/datasets/folder.hpp>
#include <faceptor/data/datasets/table.hpp>

namespace faceptor::data {
namespace detail {

FACEPTOR_INLINE Error folder_error(const std::filesystem::path& folder, const std::error_code& code) {
  return Error(ErrorCode::io, "data: a folder can't be read").where(folder.string()).found(code.message());
}

/// The names of the folders in a folder, sorted; hidden ones are left out.
FACEPTOR_INLINE std::vector<std::string> folders_in(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code);
  std::vector<std::string> names;
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    std::error_code status;
    auto name = entry->path().filename().string();
    if (!name.starts_with('.') && entry->is_directory(status)) names.push_back(std::move(name));
  }
  if (code) throw folder_error(folder, code);
  std::sort(names.begin(), names.end());
  return names;
}

FACEPTOR_INLINE bool has_picture_name(const std::filesystem::path& path) {
  static constexpr std::array<std::string_view, 9> kEnds = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".ppm", ".pgm", ".pnm", ".psd"};
  auto end = path.extension().string();
  for (auto& c : end) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kEnds.begin(), kEnds.end(), end) != kEnds.end();
}

/// The paths of all pictures in and below a class's folder, as seen from the root, sorted. @param others  counts what is no picture
FACEPTOR_INLINE std::vector<std::string> pictures_in(const std::filesystem::path& root, const std::filesystem::path& below,
                                                     std::size_t& others) {
  std::error_code code;
  std::filesystem::recursive_directory_iterator entry(root / below, code);
  std::vector<std::string> names;
  for (; !code && entry != std::filesystem::recursive_directory_iterator(); entry.increment(code)) {
    std::error_code status;
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (entry->is_directory(status)) {
      if (hidden) entry.disable_recursion_pending();
    } else if (!hidden && has_picture_name(entry->path())) {
      names.push_back((below / entry->path().lexically_relative(root / below)).generic_string());
    } else if (!hidden) {
      ++others;
    }
  }
  if (code) throw folder_error(root / below, code);
  std::sort(names.begin(), names.end());
  return names;
}

/// Where the folders of the classes lie, below the root, for each split; one without a name if there are no splits.
FACEPTOR_INLINE std::vector<std::string> folder_splits(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto names = folders_in(root);
  const auto wanted = options.split.empty() ? "train" : options.split;
  const auto holds_classes = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end() && !folders_in(root / name).empty();
  };
  if (holds_classes(wanted)) return names;
  if (options.split.empty() || (options.split == "all" && !holds_classes("train"))) return {""};
  throw unknown_option("the folder", "split", options.split, names);
}

/// The classes of all splits, by index, as the setting says or sorted. @param notes  says what was left out
FACEPTOR_INLINE std::vector<std::string> folder_classes(const std::filesystem::path& root, const std::vector<std::string>& splits,
                                                        const DatasetOptions& options, std::vector<std::string>& notes) {
  std::set<std::string> found;
  for (const auto& split : splits) {
    for (auto& name : folders_in(root / split)) found.insert(std::move(name));
  }
  if (found.empty()) {
    throw Error(ErrorCode::format, "data: a folder has no classes").where(root.string()).expected("a folder a class, with pictures in it");
  }
  const auto chosen = setting_list(options, "classes");
  if (chosen.empty()) return {found.begin(), found.end()};
  for (const auto& name : chosen) {
    if (!found.contains(name)) throw unknown_option("the folder", "class", name, std::vector<std::string>(found.begin(), found.end()));
    if (std::count(chosen.begin(), chosen.end(), name) > 1) {
      throw Error(ErrorCode::argument, "data: the setting \"classes\" names a class twice").found(quoted_start(name));
    }
  }
  for (const auto& name : found) {
    if (std::find(chosen.begin(), chosen.end(), name) == chosen.end())
      notes.push_back(fmt::format("folder \"{}\" left out: none of the classes", name));
  }
  return chosen;
}

}  // namespace detail

FACEPTOR_INLINE std::unique_ptr<Dataset> open_folder(const std::filesystem::path& root, const DatasetOptions& options) {
  detail::check_settings(options, "folder", std::array<std::string, 2>{"classes", "exif"});
  if (!options.labels.empty()) {
    throw Error(ErrorCode::argument, "data: a folder a class has no label file")
        .found(options.labels.string())
        .hint("the format manifest has");
  }
  const bool turned = detail::chosen_setting(options, "folder", "exif", std::array<std::string, 2>{"turn", "ignore"}) == "turn";
  const auto splits = detail::folder_splits(root, options);
  const bool split_up = !splits.front().empty();
  DatasetInfo info{.format = "folder", .root = root, .kind = LabelKind::class_index};
  info.split = !split_up ? "all" : options.split.empty() ? "train" : options.split;
  info.label_names = detail::folder_classes(root, splits, options, info.notes);
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  const std::filesystem::path part = split_up ? info.split : "";
  const auto present = detail::folders_in(root / part);
  std::vector<AnnotatedPicture> pictures;
  std::size_t others = 0;
  for (std::size_t index = 0; index < info.label_names.size(); ++index) {
    const auto& name = info.label_names[index];
    if (std::find(present.begin(), present.end(), name) == present.end()) continue;  // a class that this split has none of
    auto names = detail::pictures_in(root, part / name, others);
    if (names.empty()) {
      throw Error(ErrorCode::format, "data: a class's folder has no pictures")
          .where((root / part / name).string())
          .expected("files named .jpg, .png, ...");
    }
    for (auto& picture : names) {
      AnnotatedPicture added;
      added.annotation.name = std::move(picture);
      added.annotation.label = ClassLabel{static_cast<std::int64_t>(index)};
      pictures.push_back(std::move(added));
    }
  }
  if (others > 0) info.notes.push_back(fmt::format("{} files passed over: no pictures by their names", others));
  if (pictures.empty()) throw Error(ErrorCode::format, "data: a folder has no pictures of its classes").where((root / part).string());
  return std::make_unique<AnnotatedPictures>(std::move(info), std::move(pictures), turned ? upright_reading() : as_stored());
}

}  // namespace faceptor::data
