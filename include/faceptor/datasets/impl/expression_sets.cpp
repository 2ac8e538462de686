#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/expression_sets.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::datasets::detail {

DatasetInfo expression_info(std::string split, bool contempt) {
  DatasetInfo info{.split = std::move(split), .kind = LabelKind::class_index};
  info.label_names.assign(results::kExpressionNames.begin(), results::kExpressionNames.end());
  if (contempt) info.label_names.emplace_back("contempt");
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  return info;
}

bool keeps_contempt(const DatasetOptions& options, std::string_view format) {
  return chosen_setting(options, format, "contempt", std::array<std::string, 2>{"drop", "keep"}) == "keep";
}

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {

std::unique_ptr<Dataset> open_affectnet(const std::filesystem::path& root, const DatasetOptions& options) {
  constexpr std::int64_t kContempt = 7, kLast = 10;
  const auto split = detail::chosen_split(options, "affectnet", std::array<std::string, 3>{"train", "test", "val"});
  PictureList list("affectnet", root, options, "data", std::array<std::string, 1>{"contempt"});
  const bool contempt = detail::keeps_contempt(options, "affectnet");
  LabelFile file(detail::label_file(root, options, "label/" + split + ".txt"));
  std::size_t dropped = 0;
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_at_least(2, "name class");
    const auto index = record.integer(1, "class", 0, kLast);
    if (index > kContempt || (index == kContempt && !contempt)) {
      ++dropped;
    } else {
      list.add(record.text(0, "name"), record.place(), ClassLabel{index});
    }
  }
  auto info = detail::expression_info(split, contempt);
  if (dropped > 0) {
    info.notes.push_back(fmt::format("{} of {} records left out: class {} or above", dropped, dropped + list.pictures().size(),
                                     contempt ? kContempt + 1 : kContempt));
  }
  return list.finish(std::move(info), as_stored(), file.place().file);
}

namespace {

std::string aligned_name(const std::filesystem::path& name) {
  return (name.parent_path() / (name.stem().string() + "_aligned" + name.extension().string())).generic_string();
}

/// Whether the pictures are those that the publishers aligned, told by the first one.
bool aligned_names(const std::filesystem::path& images, const std::string& first) {
  std::error_code status;
  return !std::filesystem::exists(images / first, status) && std::filesystem::exists(images / aligned_name(first), status);
}

}  // namespace

std::unique_ptr<Dataset> open_rafdb(const std::filesystem::path& root, const DatasetOptions& options) {
  static constexpr std::array<std::int64_t, 7> kIndexOf = {3, 4, 5, 1, 2, 6, 0};
  const std::array<std::string, 3> splits{"train", "test", "val"};
  const auto split = detail::chosen_split(options, "rafdb", splits);
  PictureList list("rafdb", root, options);
  const auto images = root / detail::setting(options, "images", "data");
  std::optional<bool> aligned;
  LabelFile file(detail::label_file(root, options, "label.txt"));
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name class");
    auto name = record.text(0, "name");
    // As published, the list names train_00001.jpg, and the aligned picture is train_00001_aligned.jpg.
    if (!aligned) aligned = aligned_names(images, name);
    if (*aligned) name = aligned_name(name);
    const auto number = record.integer(1, "class", 1, static_cast<std::int64_t>(kIndexOf.size()));
    const auto file_name = std::filesystem::path(name).filename().string();
    const auto part = file_name.substr(0, file_name.find('_'));
    if (std::find(splits.begin(), splits.end(), part) == splits.end()) {
      throw record.place()
          .error("a picture's name does not begin with its split", "name")
          .expected("train_, test_ or val_")
          .found(detail::quoted_start(name));
    }
    if (part == split) list.add(name, record.place(), ClassLabel{kIndexOf[static_cast<std::size_t>(number - 1)]});
  }
  return list.finish(detail::expression_info(split), as_stored(), file.place().file);
}

std::unique_ptr<Dataset> open_ferplus(const std::filesystem::path& root, const DatasetOptions& options) {
  static constexpr std::array<std::int64_t, 8> kIndexOf = {0, 1, 3, 2, 6, 5, 4, 7};
  constexpr std::int64_t kContempt = 7;
  const auto split = detail::chosen_split(options, "ferplus", std::array<std::string, 4>{"trainval", "train", "val", "test"});
  PictureList list("ferplus", root, options, "data", std::array<std::string, 1>{"contempt"});
  const bool contempt = detail::keeps_contempt(options, "ferplus");
  std::size_t dropped = 0;
  std::vector<std::filesystem::path> files;
  for (const auto& part : split == "trainval" ? std::vector<std::string>{"train", "val"} : std::vector<std::string>{split}) {
    files.push_back(detail::label_file(root, options, "label/" + part + ".txt"));
  }
  // One file that the options name is not read twice.
  files.erase(std::unique(files.begin(), files.end()), files.end());
  for (const auto& path : files) {
    LabelFile file(path);
    const auto before = dropped + list.pictures().size();
    while (file.next()) {
      const auto record = file.fields(Separator::space);
      record.expect_fields(2, "name class");
      const auto number = record.integer(1, "class", 0, static_cast<std::int64_t>(kIndexOf.size()) - 1);
      if (number == kContempt && !contempt) {
        ++dropped;
      } else {
        list.add(record.text(0, "name"), record.place(), ClassLabel{kIndexOf[static_cast<std::size_t>(number)]});
      }
    }
    if (dropped + list.pictures().size() == before) throw file.place().error("a label file has no records");
  }
  auto info = detail::expression_info(split, contempt);
  if (dropped > 0) {
    info.notes.push_back(fmt::format("{} of {} records left out: contempt", dropped, dropped + list.pictures().size()));
  }
  return list.finish(std::move(info), as_stored(), files.front().string());
}

}  // namespace faceptor::datasets
