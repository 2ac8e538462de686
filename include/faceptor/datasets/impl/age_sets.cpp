#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/datasets/age_sets.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/impl/utkface_names.hpp>

namespace faceptor::datasets {

std::unique_ptr<Dataset> open_morph2(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "morph2", std::array<std::string, 3>{"train", "test", "val"});
  PictureList list("morph2", root, options);
  LabelFile file(detail::label_file(root, options, "label/RANDOM_80_20/" + split + ".txt"));
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name age");
    const auto years = record.integer(1, "age", 0, kOldestAge);
    list.add(record.text(0, "name"), record.place(), AgeLabel{static_cast<float>(years)});
  }
  return list.finish({.split = split, .kind = LabelKind::age}, as_stored(), file.place().file);
}

namespace {

bool holds_pictures(const std::filesystem::path& folder) {
  std::error_code failed;
  for (std::filesystem::directory_iterator entries(folder, failed), end; !failed && entries != end; entries.increment(failed)) {
    if (entries->path().extension() == ".jpg") return true;
  }
  return false;
}

/// The set as its publishers pack it: a folder of pictures, whose names tell the ages. It has no parts: all pictures are of any split.
std::unique_ptr<Dataset> open_packed_utkface(PictureList list, const std::filesystem::path& folder, const std::string& split) {
  std::error_code failed;
  std::vector<std::string> names, unclear;
  for (std::filesystem::directory_iterator entries(folder, failed), end; !failed && entries != end; entries.increment(failed)) {
    const auto name = entries->path().filename().string();
    if (name.ends_with(".jpg") && !name.starts_with('.')) names.push_back(name);
  }
  if (failed) throw Error(ErrorCode::io, "data: the folder can't be read").where(folder.string()).found(failed.message());
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    if (const auto years = detail::age_in_utkface_name(name)) {
      list.add(name, {folder.string(), list.pictures().size() + 1, "file"}, AgeLabel{static_cast<float>(*years)});
    } else {
      unclear.push_back(text::in_quotes(name));
    }
  }
  DatasetInfo info{.split = split, .kind = LabelKind::age};
  info.notes.emplace_back("ages are read from the pictures' names; there are no label files, so every split is all of the pictures");
  if (!unclear.empty()) {
    const auto count = unclear.size();
    unclear.resize(std::min<std::size_t>(count, 5));
    info.notes.push_back(
        fmt::format("{} of {} pictures left out, whose names are not AGE_SEX_RACE_DATE: {}", count, names.size(), text::join(unclear)));
  }
  return list.finish(std::move(info), as_stored(), folder.string());
}

}  // namespace

std::unique_ptr<Dataset> open_utkface(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "utkface", std::array<std::string, 3>{"train", "test", "val"});
  const auto folder = root / detail::setting(options, "images", "");
  if (std::error_code status; options.labels.empty() && !std::filesystem::exists(root / "label", status) && holds_pictures(folder)) {
    return open_packed_utkface(PictureList("utkface", root, options, ""), folder, split);
  }
  PictureList list("utkface", root, options);
  LabelFile file(detail::label_file(root, options, "label/" + split + ".csv"));
  if (!file.next()) throw file.place().error("the label file has no header line").expected("file,age");
  const auto header = file.fields(Separator::comma);
  const std::size_t first = header.fields().front().empty() ? 1 : 0;
  header.expect_at_least(first + 2, "file,age");
  if (parse_number(header.fields()[first + 1])) {
    throw header.place().error("the header line is missing").expected("names of columns").found("a number for an age");
  }
  while (file.next()) {
    const auto record = file.fields(Separator::comma);
    record.expect_fields(header.size(), "as many as the header has");
    const auto years = record.integer(first + 1, "age", 0, kOldestAge);
    auto& added = list.add(record.text(first, "file"), record.place(), AgeLabel{static_cast<float>(years)});
    for (auto i = first + 2; i < record.size(); ++i) added.annotation.columns.emplace(header.fields()[i], record.fields()[i]);
  }
  return list.finish({.split = split, .kind = LabelKind::age}, as_stored(), file.place().file);
}

}  // namespace faceptor::datasets
