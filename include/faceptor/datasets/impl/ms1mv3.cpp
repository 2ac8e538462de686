#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/datasets/impl/map_file.hpp>
#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/tensor_view.hpp>
#include <faceptor/files/whole_file.hpp>
#include <faceptor/image/read.hpp>

namespace faceptor::datasets {
namespace {

/// Floats hold whole numbers exactly up to here.
inline constexpr float kMostPersons = 16777216.0F;

/// A label that has to be a whole number of at least 0. @param end  what it has to stay below; 0 for no such limit
std::int64_t whole_label(float label, std::int64_t end, const std::string& place) {
  const bool whole = label >= 0 && label <= kMostPersons && label == std::floor(label);
  if (!whole || (end > 0 && label >= static_cast<float>(end))) {
    throw Error(ErrorCode::format, "data: a record's label is no number that it can be")
        .where(place + ", label")
        .expected(end > 0 ? fmt::format("a whole number from 0 to {}", end - 1) : "a whole number from 0 to 2^24")
        .found(fmt::format("{}", label));
  }
  return static_cast<std::int64_t>(label);
}

/// A number of classes as text. @param place  of it, for messages
std::int64_t class_count(std::string_view text, const std::string& place, ErrorCode code) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > static_cast<std::int64_t>(kMostPersons)) {
    throw Error(code, "data: this is no number of classes").where(place).expected("1 to 2^24").found(text::in_quotes(text));
  }
  return count;
}

class Ms1mv3 final : public Dataset {
 public:
  Ms1mv3(const std::filesystem::path& root, const DatasetOptions& options) : records_(open_records(root, options)) {
    info_.format = "ms1mv3";
    info_.split = "train";
    info_.root = root;
    info_.kind = LabelKind::class_index;
    read_index_record();
    info_.classes = count_classes(options);
  }

  const DatasetInfo& info() const noexcept override { return info_; }
  std::size_t size() const noexcept override { return images_; }

  Annotation annotation(std::size_t index) const override { return annotated(index, records_.header(first_ + index)); }

  Sample read(std::size_t index) const override {
    const auto record = records_.read(first_ + index);
    Sample sample{annotated(index, record.header), {}};
    const auto place = place_of(index);
    if (record.content.empty()) throw Error(ErrorCode::format, "data: a record holds no picture").where(place + ", content");
    try {
      sample.image = decode_image(record.content, {.apply_orientation = false}, place);
    } catch (const Error& error) {
      throw detail::restated(error, "data: a record's picture can't be read");
    }
    return sample;
  }

 private:
  static RecordFile open_records(const std::filesystem::path& root, const DatasetOptions& options) {
    static const std::string kSplits[] = {"train"}, kSettings[] = {"classes"};
    detail::chosen_split(options, "ms1mv3", kSplits);
    detail::check_settings(options, "ms1mv3", kSettings);
    std::error_code ignored;
    const auto records = std::filesystem::is_directory(root, ignored) ? root / "train.rec" : root;
    const auto index = std::filesystem::path(records).replace_extension(".idx");
    if (std::filesystem::exists(records, ignored) && !std::filesystem::exists(index, ignored)) {
      throw Error(ErrorCode::io, "data: the records have no index")
          .where(index.string())
          .hint("MXNet's tools/rec2idx.py makes one from the records");
    }
    return RecordFile::open(records, index);
  }

  std::string place_of(std::size_t index) const { return fmt::format("{}, record {}", records_.path().string(), index + 1); }

  /// What record 0 says: which keys are images.
  void read_index_record() {
    const auto place = fmt::format("{}, record 0", records_.path().string());
    const auto zero = records_.find(0);
    if (!zero) throw Error(ErrorCode::format, "data: the index has no record 0, which says how many images there are").where(place);
    const auto header = records_.header(*zero);
    if (header.flag == 0) {
      throw Error(ErrorCode::format, "data: record 0 is no header of an image set")
          .where(place + ", flag")
          .expected("above 0")
          .found("0")
          .hint("sets packed by MXNet's im2rec alone have no such record: they are not read");
    }
    const auto end = whole_label(header.labels[0], 0, place);
    if (end < 1) throw Error(ErrorCode::format, "data: record 0 says that there are less than no images").where(place + ", label");
    images_ = static_cast<std::size_t>(end) - 1;
    if (header.labels.size() > 1) persons_ = whole_label(header.labels[1], 0, place) - end;
    if (images_ == 0) return;
    // Keys are different and in order, so these two places say that all between are there.
    const auto first = records_.find(1), last = records_.find(images_);
    if (!first || !last || *last - *first != images_ - 1) {
      throw Error(ErrorCode::format, "data: the index lacks images that record 0 counts")
          .where(place + ", label")
          .expected(fmt::format("the keys 1 to {}", images_))
          .found(fmt::format("{} keys in all", records_.size()));
    }
    first_ = *first;
  }

  std::int64_t count_classes(const DatasetOptions& options) const {
    if (const auto given = options.settings.find("classes"); given != options.settings.end()) {
      return class_count(given->second, "setting classes", ErrorCode::argument);
    }
    const auto property = records_.path().parent_path() / "property";
    std::error_code ignored;
    if (std::filesystem::exists(property, ignored)) {
      const auto file = detail::map_file(property, "data: the file property can't be read");
      const auto text = files::text_of(file->bytes());
      return class_count(text.substr(0, text.find_first_of(",\r\n")), property.string() + ", line 1", ErrorCode::format);
    }
    if (persons_ > 0) return persons_;
    std::int64_t classes = 0;
    for (std::size_t i = 0; i < images_; ++i) classes = std::max(classes, std::get<ClassLabel>(annotation(i).label).index + 1);
    return classes;
  }

  Annotation annotated(std::size_t index, const RecordHeader& header) const {
    return {.name = std::to_string(index + 1),
            .label = ClassLabel{whole_label(header.labels[0], info_.classes, place_of(index))},
            .box = {},
            .points = {},
            .columns = {}};
  }

  RecordFile records_;
  DatasetInfo info_;
  std::size_t images_ = 0, first_ = 0;
  std::int64_t persons_ = 0;
};

}  // namespace

std::unique_ptr<Dataset> open_ms1mv3(const std::filesystem::path& root, const DatasetOptions& options) {
  return std::make_unique<Ms1mv3>(root, options);
}

Ms1mv3Writer::Ms1mv3Writer(const std::filesystem::path& root) : root_(root), writer_(root / "train.rec", root / "train.idx") {
  writer_.add(0, {.flag = 2, .labels = {0, 0}}, {});
}

void Ms1mv3Writer::add(std::int64_t person, std::span<const std::byte> encoded) {
  const auto most = static_cast<std::int64_t>(kMostPersons);
  if (person < 0 || person >= most || static_cast<std::int64_t>(next_) >= most) {
    throw Error(ErrorCode::argument, "data: a person or image has a number that a record can't hold")
        .expected("less than 2^24 of either, from 0")
        .found(fmt::format("person {}, image {}", person, next_));
  }
  writer_.add(next_, {.flag = 0, .labels = {static_cast<float>(person)}, .id = next_, .id2 = 0}, encoded);
  ++next_;
  persons_ = std::max(persons_, person + 1);
}

void Ms1mv3Writer::finish() {
  // Without persons' records behind the images, both numbers are the same.
  const auto end = static_cast<float>(next_);
  const float labels[] = {end, end};
  writer_.rewrite_first(labels);
  writer_.finish();
  if (persons_ == 0) return;
  files::write_file(root_ / "property", fmt::format("{},112,112\n", persons_));
}

}  // namespace faceptor::datasets
