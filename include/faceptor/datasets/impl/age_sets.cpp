#include <array>

#include <faceptor/datasets/age_sets.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>

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
  return list.finish({.split = split, .kind = LabelKind::age, .task = "age_morph2"}, as_stored(), file.place().file);
}

std::unique_ptr<Dataset> open_utkface(const std::filesystem::path& root, const DatasetOptions& options) {
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

}  // namespace faceptor::datasets
