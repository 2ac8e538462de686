#include <span>
#include <utility>

#include <fmt/format.h>

#include <faceptor/datasets/celeba.hpp>
#include <faceptor/datasets/pickled_numbers.hpp>
#include <faceptor/files/pickle.hpp>
#include <faceptor/results/attributes.hpp>

namespace faceptor::datasets::detail {

/// A part of a dict. @param place  of the dict, which the part's name is added to
pickle::Value pickled_part(const pickle::Value& dict, std::string_view name, const std::string& place) {
  if (const auto part = dict.find(name)) return *part;
  throw pickled_error(ErrorCode::format, "a part of the pickle is missing", place)
      .expected(fmt::format("a dict with \"{}\"", name))
      .found(std::string(to_string(dict.kind())));
}

std::vector<std::string> pickled_names(const pickle::Value& value, const std::string& place) {
  expect_pickled_list(value, place);
  std::vector<std::string> names;
  names.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto item = value.item(i);
    if (!item.is(pickle::Kind::text) && !item.is(pickle::Kind::bytes)) {
      throw pickled_error(ErrorCode::format, "a name is no text", fmt::format("{}[{}]", place, i))
          .found(std::string(to_string(item.kind())));
    }
    names.emplace_back(item.text());
  }
  return names;
}

/// The parts' indices, each picture in one part at most.
class CelebaPartition {
 public:
  CelebaPartition(const pickle::Value& partition, std::size_t pictures, std::string file) : pictures_(pictures), file_(std::move(file)) {
    static constexpr std::string_view kParts[] = {"train", "val", "test"};
    std::vector<std::string_view> taken(pictures);
    for (const auto name : kParts) {
      for (const auto index : indices(partition, name)) {
        auto& part = taken[index];
        if (!part.empty()) {
          throw pickled_error(ErrorCode::format, "a picture stands in the partition twice", place(name))
              .found(fmt::format("picture {}, which is in {} already", index, part));
        }
        part = name;
      }
    }
    if (!partition.find("trainval")) return;
    for (const auto index : indices(partition, "trainval")) {
      if (taken[index] != "test") continue;
      throw pickled_error(ErrorCode::format, "a picture to train on is one to test on too", place("trainval"))
          .found(fmt::format("picture {}", index));
    }
  }

  std::vector<std::size_t> indices(const pickle::Value& partition, std::string_view name) const {
    const auto numbers = pickled_row(pickled_part(partition, name, file_ + ", partition"), place(name));
    std::vector<std::size_t> out;
    out.reserve(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (numbers[i] < 0 || static_cast<std::uint64_t>(numbers[i]) >= pictures_) {
        throw pickled_error(ErrorCode::format, "an index of the partition names no picture", fmt::format("{}[{}]", place(name), i))
            .expected(fmt::format("0 to {}", pictures_ - 1))
            .found(std::to_string(numbers[i]));
      }
      out.push_back(static_cast<std::size_t>(numbers[i]));
    }
    return out;
  }

 private:
  std::string place(std::string_view part) const { return fmt::format("{}, partition.{}", file_, part); }

  std::size_t pictures_;
  std::string file_;
};

void read_celeba_pickle(const std::filesystem::path& path, const std::string& split, CelebaLabels& out) {
  constexpr std::size_t kMostPictures = 1'000'000;
  const auto bytes = read_label_bytes(path, LabelFileLimits{}.bytes);
  out.source = path.string();
  const auto document = pickle::parse(std::as_bytes(std::span(bytes)), {.allowed = number_globals(), .where = out.source});
  const auto root = document.root();
  const auto part = [&](std::string_view name) { return pickled_part(root, name, out.source); };
  const auto columns = celeba_columns(pickled_names(part("attr_name"), out.source + ", attr_name"), {out.source});
  const auto names = pickled_names(part("image_name"), out.source + ", image_name");
  // References to one value take two bytes of a pickle, but each a name and a row here.
  if (names.size() > kMostPictures) {
    throw pickled_error(ErrorCode::limit, "there are too many pictures", out.source + ", image_name")
        .expected(fmt::format("at most {}", kMostPictures))
        .found(std::to_string(names.size()));
  }
  const auto expect_rows = [&](std::size_t rows) {
    if (rows == names.size() && rows > 0) return;
    throw pickled_error(ErrorCode::format, "there are not as many rows of attributes as pictures", out.source + ", attr")
        .expected(std::to_string(names.size()))
        .found(std::to_string(rows));
  };
  const auto attributes = part("attr");
  if (attributes.is(pickle::Kind::list)) expect_rows(attributes.size());
  const auto values = pickled_rows(attributes, columns.size(), out.source + ", attr");
  expect_rows(values.size() / columns.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0 || values[i] == 1) continue;
    throw pickled_error(ErrorCode::format, "an attribute is out of range",
                        fmt::format("{}, attr[{}][{}]", out.source, i / columns.size(), i % columns.size()))
        .expected("0 or 1")
        .found(std::to_string(values[i]));
  }
  const auto parts = part("partition");
  const CelebaPartition partition(parts, names.size(), out.source);
  auto chosen = std::vector<std::size_t>();
  if (split != "trainval" || parts.find("trainval")) {
    chosen = partition.indices(parts, split);
  } else {
    chosen = partition.indices(parts, "train");
    const auto more = partition.indices(parts, "val");
    chosen.insert(chosen.end(), more.begin(), more.end());
  }
  for (const auto index : chosen) {
    CelebaLabels::Row row{names[index], {}, {out.source, index + 1, "picture"}};
    row.values.reserve(columns.size());
    for (const auto column : columns) row.values.push_back(static_cast<std::int8_t>(values[index * columns.size() + column]));
    out.rows.push_back(std::move(row));
  }
}

}  // namespace faceptor::datasets::detail
