#pragma once

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <faceptor/datasets/expressions.hpp>
#include <faceptor/datasets/ferplus.hpp>
#include <faceptor/datasets/picture_list.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_ferplus(const std::filesystem::path& root, const DatasetOptions& options) {
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
  auto info = detail::expression_info(split, "affect_ferplus", contempt);
  if (dropped > 0) {
    info.notes.push_back(fmt::format("{} of {} records left out: contempt", dropped, dropped + list.pictures().size()));
  }
  return list.finish(std::move(info), as_stored(), files.front().string());
}

}  // namespace faceptor::data
