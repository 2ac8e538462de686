#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/annotated_pictures.hpp>
#include <faceptor/datasets/celeba.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::datasets::detail {

std::vector<std::size_t> celeba_columns(const std::vector<std::string>& names, const LinePlace& place) {
  const auto& known = results::kCelebaAttributeNames;
  if (names.size() != known.size()) {
    throw place.error("the number of attributes is wrong")
        .expected(fmt::format("{} names", known.size()))
        .found(std::to_string(names.size()));
  }
  std::vector<std::size_t> columns;
  for (const auto wanted : known) {
    const auto found = std::find(names.begin(), names.end(), wanted);
    if (found == names.end()) {
      throw place.error("an attribute of CelebA is missing")
          .expected(std::string(wanted))
          .hint("for attributes of your own there is the format manifest");
    }
    columns.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return columns;
}

/// Each picture's part: 0 train, 1 val, 2 test.
std::unordered_map<std::string, std::int64_t> celeba_partition(const std::filesystem::path& path) {
  std::unordered_map<std::string, std::int64_t> parts;
  LabelFile file(path);
  while (file.next()) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(2, "name part");
    if (!parts.emplace(record.text(0, "name"), record.integer(1, "part", 0, 2)).second) {
      throw record.place().error("a picture stands in the partition twice", "name").found(quoted_start(record.fields()[0]));
    }
  }
  return parts;
}

void read_celeba_lists(const std::filesystem::path& attributes, const std::filesystem::path& partition, const std::string& split,
                       CelebaLabels& out) {
  const auto parts = celeba_partition(partition);
  const std::int64_t first = split == "val" ? 1 : split == "test" ? 2 : 0;
  const std::int64_t last = split == "trainval" ? 1 : first;
  out.source = attributes.string();
  LabelFile file(attributes);
  if (!file.next()) throw file.place().error("the list of attributes has no lines");
  const auto head = file.fields(Separator::space);
  head.expect_fields(1, "the number of pictures");
  const auto count = head.integer(0, "count", 1, 1'000'000'000);
  if (!file.next()) throw file.place().error("the list of attributes has no names");
  const auto columns = celeba_columns(file.fields(Separator::space).fields(), file.place());
  std::int64_t rows = 0;
  SeenNames seen;
  for (; file.next(); ++rows) {
    const auto record = file.fields(Separator::space);
    record.expect_fields(1 + columns.size(), "name and 40 values");
    const auto& name = record.text(0, "name");
    seen.expect_new(name, record.place());
    const auto part = parts.find(name);
    if (part == parts.end()) {
      throw record.place().error("a picture is missing in the partition", "name").expected(partition.string()).found(quoted_start(name));
    }
    CelebaLabels::Row row{name, {}, {out.source, record.place().line}};
    row.values.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto value = record.integer(1 + columns[i], results::kCelebaAttributeNames[i], -1, 1);
      row.values.push_back(static_cast<std::int8_t>(value == 0 ? -1 : value > 0 ? 1 : 0));
    }
    if (part->second >= first && part->second <= last) out.rows.push_back(std::move(row));
  }
  if (rows != count) {
    throw file.place()
        .error("the number of pictures is not what the first line says")
        .expected(std::to_string(count))
        .found(std::to_string(rows));
  }
  if (parts.size() != static_cast<std::size_t>(rows)) {
    throw Error(ErrorCode::format, "data: the partition names pictures that have no attributes")
        .where(partition.string())
        .expected(fmt::format("{} pictures", rows))
        .found(std::to_string(parts.size()));
  }
}

}  // namespace faceptor::datasets::detail

namespace faceptor::datasets {
namespace {

void read_celeba_labels(const std::filesystem::path& root, const DatasetOptions& options, const std::string& split,
                        detail::CelebaLabels& out) {
  std::error_code status;
  const auto chosen = options.labels.empty() ? root : root / options.labels;
  const bool folder = std::filesystem::is_directory(chosen, status);
  const auto pickle = folder ? chosen / "label.pkl" : chosen;
  const auto attributes = folder ? chosen / "list_attr_celeba.txt" : chosen;
  if (pickle.extension() == ".pkl" && std::filesystem::exists(pickle, status)) return detail::read_celeba_pickle(pickle, split, out);
  if (!std::filesystem::exists(attributes, status)) {
    throw Error(ErrorCode::io, "data: there are no labels of CelebA")
        .where(chosen.string())
        .expected("label.pkl, or list_attr_celeba.txt and list_eval_partition.txt");
  }
  detail::read_celeba_lists(attributes, attributes.parent_path() / "list_eval_partition.txt", split, out);
}

}  // namespace

std::unique_ptr<Dataset> open_celeba(const std::filesystem::path& root, const DatasetOptions& options) {
  const auto split = detail::chosen_split(options, "celeba", std::array<std::string, 4>{"trainval", "train", "val", "test"});
  PictureList list("celeba", root, options);
  detail::CelebaLabels labels;
  read_celeba_labels(root, options, split, labels);
  for (auto& row : labels.rows) list.add(row.name, row.place, AttributeLabels{std::move(row.values)});
  DatasetInfo info{.split = split, .kind = LabelKind::attributes};
  info.label_names.assign(results::kCelebaAttributeNames.begin(), results::kCelebaAttributeNames.end());
  info.classes = static_cast<std::int64_t>(info.label_names.size());
  return list.finish(std::move(info), as_stored(), labels.source);
}

}  // namespace faceptor::datasets
