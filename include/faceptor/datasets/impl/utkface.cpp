#pragma once

#include <array>

#include <faceptor/datasets/picture_list.hpp>
#include <faceptor/datasets/utkface.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_utkface(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "utkface", std::array<std::string, 3>{"train", "test", "val"});
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
  return list.finish({.split = split, .kind = LabelKind::age, .task = "age_utkface"}, as_stored(), file.place().file);
}

}  // namespace faceptor::data
