#pragma once

#include <array>

#include <faceptor/datasets/morph2.hpp>
#include <faceptor/datasets/picture_list.hpp>

namespace faceptor::data {

FACEPTOR_INLINE std::unique_ptr<Dataset> open_morph2(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "morph2", std::array<std::string, 3>{"train", "test", "val"});
  PictureList list("morph2", root, options);
  LabelFile file(detail::label_file(root, options, "label/RANDOM_80_20/" + split + ".txt"));
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name age");
    const auto years = record.integer(1, "age", 0, kOldestAge);
    list.add(record.text(0, "name"), record.place(), AgeLabel{static_cast<float>(years)});
  }
  return list.finish({.split = split, .kind = LabelKind::age, .task = "age_morph2"}, as_stored(), file.place().file);
}

}  // namespace faceptor::data
