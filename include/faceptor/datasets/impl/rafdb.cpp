#pragma once

#include <algorithm>
#include <array>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/expressions.hpp>
#include <faceptor/datasets/picture_list.hpp>
#include <faceptor/datasets/rafdb.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_rafdb(const std::filesystem::path& root, const DatasetOptions& options) {
  static constexpr std::array<std::int64_t, 7> kIndexOf = {3, 4, 5, 1, 2, 6, 0};
  const std::array<std::string, 3> splits{"train", "test", "val"};
  const auto split = detail::chosen_split(options, "rafdb", splits);
  PictureList list("rafdb", root, options);
  LabelFile file(detail::label_file(root, options, "label.txt"));
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name class");
    const auto& name = record.text(0, "name");
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
  return list.finish(detail::expression_info(split, "affect_rafdb"), as_stored(), file.place().file);
}

}  // namespace faceptor::data
