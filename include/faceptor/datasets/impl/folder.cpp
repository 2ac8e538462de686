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
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/folder.hpp>
#include <faceptor/datasets/soft_maps.hpp>
#include <faceptor/datasets/table.hpp>
#include <faceptor/image/codecs.hpp>

namespace faceptor::datasets {
namespace {

Error folder_error(const std::filesystem::path& folder, const std::error_code& code) {
  return Error(ErrorCode::io, "data: a folder can't be read").where(folder.string()).found(code.message());
}

/// The names of the folders in a folder, sorted; hidden ones are left out.
std::vector<std::string> folders_in(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::directory_iterator entry(folder, code);
  std::vector<std::string> names;
  for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
    std::error_code status;
    auto name = entry->path().filename().string();
    if (!is_hidden_name(name) && entry->is_directory(status)) names.push_back(std::move(name));
  }
  if (code) throw folder_error(folder, code);
  std::sort(names.begin(), names.end());
  return names;
}

/// The paths of all pictures in and below a class's folder, as seen from the root, sorted. @param others  counts what is no picture
std::vector<std::string> pictures_in(const std::filesystem::path& root, const std::filesystem::path& below, std::size_t& others) {
  std::error_code code;
  std::filesystem::recursive_directory_iterator entry(root / below, code);
  std::vector<std::string> names;
  for (; !code && entry != std::filesystem::recursive_directory_iterator(); entry.increment(code)) {
    std::error_code status;
    const bool hidden = is_hidden_name(entry->path().filename().string());
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

/// How many pictures lie in a folder itself, where only folders of classes belong.
std::size_t pictures_beside(const std::filesystem::path& folder) {
  std::error_code code;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
    std::error_code status;
    const auto& path = entry->path();
    if (!is_hidden_name(path.filename().string()) && has_picture_name(path) && !entry->is_directory(status)) ++count;
  }
  return count;
}

/// Where the folders of the classes lie, below the root, for each split; one without a name if there are no splits.
std::vector<std::string> folder_splits(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto names = folders_in(root);
  const auto wanted = options.split.empty() ? "train" : options.split;
  const auto holds_classes = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end() && !folders_in(root / name).empty();
  };
  if (holds_classes(wanted)) return names;
  if (options.split.empty() || (options.split == "all" && !holds_classes("train"))) return {""};
  throw detail::unknown_option("the folder", "split", options.split, names);
}

/// The classes of all splits, by index, as the setting says or sorted. @param notes  says what was left out
std::vector<std::string> folder_classes(const std::filesystem::path& root, const std::vector<std::string>& splits,
                                        const DatasetOptions& options, std::vector<std::string>& notes) {
  std::set<std::string> found;
  for (const auto& split : splits) {
    for (auto& name : folders_in(root / split)) found.insert(std::move(name));
  }
  if (found.empty()) {
    throw Error(ErrorCode::format, "data: a folder has no classes").where(root.string()).expected("a folder a class, with pictures in it");
  }
  const auto chosen = detail::setting_list(options, "classes");
  if (chosen.empty()) return {found.begin(), found.end()};
  for (const auto& name : chosen) {
    if (!found.contains(name))
      throw detail::unknown_option("the folder", "class", name, std::vector<std::string>(found.begin(), found.end()));
    if (std::count(chosen.begin(), chosen.end(), name) > 1) {
      throw Error(ErrorCode::argument, "data: the setting \"classes\" names a class twice").found(detail::quoted_start(name));
    }
  }
  for (const auto& name : found) {
    if (std::find(chosen.begin(), chosen.end(), name) == chosen.end())
      notes.push_back(fmt::format("folder \"{}\" left out: none of the classes", name));
  }
  return chosen;
}

/// From the folders of the splits to those of their maps; a split without any is passed over.
void go_to_maps(const std::filesystem::path& root, std::vector<std::string>& splits) {
  for (auto& split : splits) split = (std::filesystem::path(split) / "soft_maps").generic_string();
  std::error_code status;
  std::erase_if(splits, [&](const std::string& split) { return !std::filesystem::is_directory(root / split, status); });
}

/// A picture's map, below the root: the file of its name that there is. @throws Error(io) if there is none
std::string map_beside(const std::filesystem::path& root, std::filesystem::path map) {
  std::error_code status;
  for (const auto* end : {".png", ".npy"}) {
    if (std::filesystem::exists(root / map.replace_extension(end), status)) return map.generic_string();
  }
  throw Error(ErrorCode::io, "data: a picture has no soft map").where((root / map.replace_extension()).string()).expected(".png or .npy");
}

/// @param info  with the maps' names  @param part  the split's folder below the root
std::unique_ptr<Dataset> folder_of_maps(DatasetInfo info, const std::filesystem::path& part, const ReadOptions& reading) {
  std::vector<AnnotatedPicture> pictures;
  std::vector<std::vector<std::string>> files;
  std::size_t others = 0;
  for (auto& name : pictures_in(info.root, part / "pictures", others)) {
    auto& of_picture = files.emplace_back();
    const auto below = std::filesystem::path(name).lexically_relative(part / "pictures");
    for (const auto& map : info.label_names) of_picture.push_back(map_beside(info.root, part / "soft_maps" / map / below));
    auto& annotation = pictures.emplace_back().annotation;
    annotation.name = std::move(name);
    annotation.label = SoftMapLabels{};
  }
  if (others > 0) info.notes.push_back(fmt::format("{} files passed over: no pictures by their names", others));
  if (pictures.empty()) throw Error(ErrorCode::format, "data: a folder has no pictures").where((info.root / part / "pictures").string());
  detail::name_soft_maps(info, std::move(info.label_names), info.root / files.front().front());
  return std::make_unique<SoftMapPictures>(std::move(info), std::move(pictures), std::move(files), reading);
}

}  // namespace

std::unique_ptr<Dataset> open_folder(const std::filesystem::path& root, const DatasetOptions& options) {
  detail::check_settings(options, "folder", std::array<std::string, 3>{"classes", "exif", "kind"});
  if (!options.labels.empty()) {
    throw Error(ErrorCode::argument, "data: a folder a class has no label file")
        .found(options.labels.string())
        .hint("the format manifest has");
  }
  const bool turned = detail::chosen_setting(options, "folder", "exif", std::array<std::string, 2>{"turn", "ignore"}) == "turn";
  const auto splits = folder_splits(root, options);
  const bool split_up = !splits.front().empty();
  DatasetInfo info{.format = "folder", .root = root, .kind = LabelKind::class_index};
  info.split = !split_up ? "all" : options.split.empty() ? "train" : options.split;
  const bool maps = detail::chosen_setting(options, "folder", "kind", std::array<std::string, 2>{"class", "soft_maps"}) == "soft_maps";
  auto parents = splits;
  if (maps) go_to_maps(root, parents);
  info.label_names = folder_classes(root, parents, options, info.notes);
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  const std::filesystem::path part = split_up ? info.split : "";
  if (maps) return folder_of_maps(std::move(info), part, turned ? upright_reading() : as_stored());
  const auto present = folders_in(root / part);
  std::vector<AnnotatedPicture> pictures;
  std::size_t others = 0;
  for (std::size_t index = 0; index < info.label_names.size(); ++index) {
    const auto& name = info.label_names[index];
    if (std::find(present.begin(), present.end(), name) == present.end()) continue;  // a class that this split has none of
    auto names = pictures_in(root, part / name, others);
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
  const auto beside = pictures_beside(root / part) + (split_up ? pictures_beside(root) : 0);
  if (beside > 0) info.notes.push_back(fmt::format("{} pictures passed over: they lie in no class's folder", beside));
  if (pictures.empty()) throw Error(ErrorCode::format, "data: a folder has no pictures of its classes").where((root / part).string());
  return std::make_unique<AnnotatedPictures>(std::move(info), std::move(pictures), turned ? upright_reading() : as_stored());
}

}  // namespace faceptor::datasets
