#pragma once

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/celeba_labels.hpp>
#include <faceptor/results/attribute_names.hpp>

namespace faceptor::data::detail {

FACEPTOR_INLINE std::vector<std::size_t> celeba_columns(const std::vector<std::string>& names, const LinePlace& place) {
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
FACEPTOR_INLINE std::unordered_map<std::string, std::int64_t> celeba_partition(const std::filesystem::path& path) {
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

FACEPTOR_INLINE void read_celeba_lists(const std::filesystem::path& attributes, const std::filesystem::path& partition,
                                       const std::string& split, CelebaLabels& out) {
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

}  // namespace faceptor::data::detail
