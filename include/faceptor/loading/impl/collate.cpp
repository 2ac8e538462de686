#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/loading/collate.hpp>

namespace faceptor::loading {

namespace detail {

Error labels_dont_fit(const TaskSpec& task, const datasets::DatasetInfo& set) {
  return Error(ErrorCode::mismatch, fmt::format("data: the labels of a {} set don't fit the task \"{}\"", set.format, task.name))
      .where(set.root.string());
}

void check_kind(const TaskSpec& task, const losses::LabelNeeds& needs, const datasets::DatasetInfo& set) {
  if (std::ranges::find(needs.kinds, set.kind) != needs.kinds.end()) return;
  std::vector<std::string> names;
  for (const auto kind : needs.kinds) names.emplace_back(kind.name());
  const auto wanted = names.empty() ? "labels that no data set gives" : text::join(names, " or ");
  throw labels_dont_fit(task, set).expected(fmt::format("{}, for the loss {}", wanted, task.loss)).found(std::string(set.kind.name()));
}

/// Whether labels of a kind say one class of many, in one place or in each pixel.
bool tells_classes(LabelKind kind) { return kind == LabelKind::class_index || kind == LabelKind::parsing; }

/// Whether a label of a kind is so many things, each of them for one output.
bool is_counted(LabelKind kind) {
  return kind == LabelKind::attributes || kind == LabelKind::landmarks || kind == LabelKind::values || kind == LabelKind::soft_maps;
}

void check_count(const TaskSpec& task, const losses::LabelNeeds& needs, const datasets::DatasetInfo& set) {
  if (needs.count == 0 || set.classes == 0) return;
  if (is_counted(set.kind) ? set.classes == needs.count : !tells_classes(set.kind) || set.classes <= needs.count) return;
  throw labels_dont_fit(task, set)
      .expected(fmt::format("{}{}", is_counted(set.kind) ? "" : "at most ", needs.count))
      .found(std::to_string(set.classes));
}

// Names that are the same but in another order would train the wrong outputs without a word.
void check_names(const TaskSpec& task, const datasets::DatasetInfo& set) {
  if (task.labels == set.label_names || task.labels.size() != set.label_names.size()) return;
  if (!std::ranges::is_permutation(task.labels, set.label_names)) return;
  const auto place = std::ranges::mismatch(task.labels, set.label_names);
  throw labels_dont_fit(task, set)
      .expected(fmt::format("\"{}\" as number {}", *place.in1, place.in1 - task.labels.begin()))
      .found(fmt::format("\"{}\"", *place.in2))
      .hint("the names are the same, in another order");
}

Error bad_label(const transforms::Prepared& sample, std::string_view what) {
  return Error(ErrorCode::format, fmt::format("data: {}", what)).where(sample.name);
}

void expect_number(const transforms::Prepared& sample, std::size_t found, std::int64_t expected, std::string_view what) {
  if (found == static_cast<std::size_t>(expected)) return;
  throw Error(ErrorCode::mismatch, fmt::format("data: a sample with another number of {} than its set", what))
      .where(sample.name)
      .expected(std::to_string(expected))
      .found(std::to_string(found));
}

template <class T>
T* label_row(const losses::Labels& labels, std::int64_t row) {
  return labels.primary.data_ptr<T>() + row * labels.primary.stride(0);
}

void write_attributes(const transforms::Prepared& sample, const datasets::AttributeLabels& label, float* row) {
  for (const auto value : label.values) {
    if (value < -1 || value > 1) throw bad_label(sample, "an attribute that can't be").expected("1, 0 or -1").found(std::to_string(value));
    *row++ = value;
  }
}

void write_values(const transforms::Prepared& sample, const datasets::ValueLabels& label, float* row) {
  if (!std::ranges::all_of(label.values, [](float value) { return std::isfinite(value); })) {
    throw bad_label(sample, "a value that is not finite");
  }
  std::ranges::copy(label.values, row);
}

void write_points(const transforms::Prepared& sample, const datasets::LandmarkLabels& label, float* row) {
  constexpr float kFarthest = 16;  // crops; the loss refuses what is farther away
  for (const auto& point : label.points) {
    *row = (point.x + 0.5F) / static_cast<float>(sample.size.width);
    *(row + 1) = (point.y + 0.5F) / static_cast<float>(sample.size.height);
    if (!(std::abs(*row) <= kFarthest && std::abs(*(row + 1)) <= kFarthest)) {
      throw bad_label(sample, "a landmark far beyond the crop")
          .expected(fmt::format("at most {} crops away", kFarthest))
          .found(fmt::format("({:g}, {:g})", point.x, point.y));
    }
    row += 2;
  }
}

void write_parsing(const transforms::Prepared& sample, const datasets::ParsingLabels& label, std::int64_t classes, std::int64_t ignored,
                   std::uint8_t* row) {
  const auto& pixels = label.classes.labels;
  const auto wrong = std::ranges::find_if(pixels, [&](std::uint8_t pixel) { return classes > 0 && pixel >= classes && pixel != ignored; });
  if (wrong != pixels.end()) {
    throw bad_label(sample, "a parsing class that the task doesn't have")
        .expected(fmt::format("0 to {}", classes - 1))
        .found(std::to_string(*wrong));
  }
  std::ranges::copy(pixels, row);
}

void write_maps(const transforms::Prepared& sample, const datasets::SoftMapLabels& label, std::int64_t maps, float* row) {
  if (Size{label.width, label.height} != sample.size || label.maps() != maps) {
    throw Error(ErrorCode::mismatch, "data: a sample with other soft maps than its set, or than its crop")
        .where(sample.name)
        .expected(fmt::format("{} of {} x {}", maps, sample.size.width, sample.size.height))
        .found(fmt::format("{} of {} x {}", label.maps(), label.width, label.height));
  }
  if (!std::ranges::all_of(label.values, [](float value) { return std::isfinite(value); })) {
    throw bad_label(sample, "a soft map with a value that is not finite");
  }
  std::ranges::copy(label.values, row);
}

void write_own(const transforms::Prepared& sample, const datasets::OwnLabel& label, std::span<float> row) {
  std::ranges::fill(row, std::numeric_limits<float>::quiet_NaN());
  label.write(row);
  if (!std::ranges::all_of(row, [](float value) { return std::isfinite(value); })) {
    throw bad_label(sample, fmt::format("a {} label with a number that is not finite, or was not written", label.kind().name()));
  }
}

void write_image(const transforms::Prepared& sample, Size crop, float* row) {
  const auto values = std::size_t{3} * static_cast<std::size_t>(crop.width) * static_cast<std::size_t>(crop.height);
  if (sample.size != crop || sample.image.size() != values) {
    throw Error(ErrorCode::mismatch, "data: a sample was prepared at another size than its task's view")
        .where(sample.name)
        .expected(fmt::format("{} x {}", crop.width, crop.height))
        .found(fmt::format("{} x {} ({} values)", sample.size.width, sample.size.height, sample.image.size()))
        .hint("the chain's crop and the task's view must be of one size");
  }
  std::ranges::copy(sample.image, row);
}

}  // namespace detail

LabelCollator::LabelCollator(const TaskSpec& task, const losses::LabelNeeds& needs, const datasets::DatasetInfo& set)
    : task_(task.name), kind_(set.kind), crop_(task.view.size()), ignored_(needs.ignored) {
  detail::check_kind(task, needs, set);
  detail::check_names(task, set);
  detail::check_count(task, needs, set);
  classes_ = needs.count > 0 ? needs.count : set.classes;
  count_ = classes_ > 0 ? classes_ : task.outputs;
  if (kind_ == LabelKind::none) return;
  if (kind_ == LabelKind::class_index) {
    type_ = torch::kLong;
  } else if (kind_ == LabelKind::attributes || kind_ == LabelKind::values) {
    row_ = {count_};
  } else if (kind_ == LabelKind::landmarks) {
    row_ = {count_, 2};
  } else if (kind_ == LabelKind::parsing) {
    row_ = {crop_.height, crop_.width};
    type_ = torch::kByte;
  } else if (kind_ == LabelKind::soft_maps) {
    row_ = {count_, crop_.height, crop_.width};
  } else if (kind_ != LabelKind::age) {
    row_ = datasets::label_registry().get(kind_.name()).shape(task.outputs);
    constexpr std::int64_t kMost = std::int64_t{1} << 28;
    count_ = 1;
    for (const auto side : row_) count_ = count_ == 0 || side < 1 || side > kMost / count_ ? 0 : count_ * side;
    if (count_ == 0) {
      throw Error(ErrorCode::argument, fmt::format("data: no row of a batch can have the shape of a {} label", kind_.name()))
          .found(fmt::format("[{}]", fmt::join(row_, ", ")));
    }
  }
}

losses::Labels LabelCollator::allocate(std::int64_t rows) const {
  if (kind_ == LabelKind::none) return {};
  std::vector<std::int64_t> shape{rows};
  shape.insert(shape.end(), row_.begin(), row_.end());
  return torch::empty(shape, type_);
}

void LabelCollator::write(const transforms::Prepared& sample, const datasets::Label& given, std::int64_t row,
                          const losses::Labels& labels) const {
  if (datasets::kind_of(given) != kind_) {
    throw Error(ErrorCode::mismatch, fmt::format("data: a sample for \"{}\" has a label of another kind than its set", task_))
        .where(sample.name)
        .expected(std::string(kind_.name()))
        .found(std::string(datasets::kind_of(given).name()));
  }
  if (const auto* label = std::get_if<datasets::ClassLabel>(&given)) {
    const bool is_ignored = ignored_ >= 0 && label->index == ignored_;
    if (!is_ignored && (label->index < 0 || (classes_ > 0 && label->index >= classes_))) {
      throw detail::bad_label(sample, fmt::format("a class that \"{}\" doesn't have", task_))
          .expected(fmt::format("0 to {}", classes_ - 1))
          .found(std::to_string(label->index));
    }
    *detail::label_row<std::int64_t>(labels, row) = label->index;
  } else if (const auto* age = std::get_if<datasets::AgeLabel>(&given)) {
    if (!(age->years >= 0 && age->years <= 150)) {
      throw detail::bad_label(sample, "an age that can't be").expected("0 to 150").found(fmt::format("{:g}", age->years));
    }
    *detail::label_row<float>(labels, row) = age->years;
  } else if (const auto* attributes = std::get_if<datasets::AttributeLabels>(&given)) {
    detail::expect_number(sample, attributes->values.size(), count_, "attributes");
    detail::write_attributes(sample, *attributes, detail::label_row<float>(labels, row));
  } else if (const auto* landmarks = std::get_if<datasets::LandmarkLabels>(&given)) {
    detail::expect_number(sample, landmarks->points.size(), count_, "points");
    detail::write_points(sample, *landmarks, detail::label_row<float>(labels, row));
  } else if (const auto* parsing = std::get_if<datasets::ParsingLabels>(&given)) {
    const auto& mask = parsing->classes;
    detail::expect_number(sample, mask.labels.size(), labels.primary.stride(0), "labelled pixels");
    detail::write_parsing(sample, *parsing, classes_, ignored_, detail::label_row<std::uint8_t>(labels, row));
  } else if (const auto* values = std::get_if<datasets::ValueLabels>(&given)) {
    detail::expect_number(sample, values->values.size(), count_, "values");
    detail::write_values(sample, *values, detail::label_row<float>(labels, row));
  } else if (const auto* maps = std::get_if<datasets::SoftMapLabels>(&given)) {
    detail::write_maps(sample, *maps, count_, detail::label_row<float>(labels, row));
  } else if (const auto* own = std::get_if<datasets::OwnLabel>(&given)) {
    detail::write_own(sample, *own, {detail::label_row<float>(labels, row), static_cast<std::size_t>(count_)});
  }
}

losses::Labels LabelCollator::collate(std::span<const transforms::Prepared> samples) const {
  auto labels = allocate(static_cast<std::int64_t>(samples.size()));
  for (std::size_t i = 0; i < samples.size(); ++i) write(samples[i], static_cast<std::int64_t>(i), labels);
  return labels;
}

torch::Tensor collate_images(std::span<const transforms::Prepared> samples) {
  if (samples.empty()) throw Error(ErrorCode::argument, "data: no samples to make a batch of");
  const auto crop = samples.front().size;
  auto images = torch::empty({static_cast<std::int64_t>(samples.size()), 3, crop.height, crop.width});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    detail::write_image(samples[i], crop, images.data_ptr<float>() + static_cast<std::int64_t>(i) * images.stride(0));
  }
  return images;
}

}  // namespace faceptor::loading
