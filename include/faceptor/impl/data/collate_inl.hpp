#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/data/collate.hpp>

namespace faceptor::data {

namespace detail {

// The kinds that a loss takes, the reference's first; nothing for a loss that is not this library's.
FACEPTOR_INLINE std::optional<std::vector<LabelKind>> kinds_of_loss(const TaskSpec& task) {
  const auto is = [&](std::initializer_list<std::string_view> names) { return std::ranges::find(names, task.loss) != names.end(); };
  using Kinds = std::vector<LabelKind>;
  if (is({"cosface", "arcface", "cross_entropy", "focal"})) return Kinds{LabelKind::class_index};
  if (is({"age_distribution"})) return Kinds{LabelKind::age};
  if (is({"binary_cross_entropy", "binary_focal"})) return Kinds{LabelKind::attributes, LabelKind::values};
  if (is({"parsing_cross_entropy", "dice"})) return Kinds{LabelKind::parsing};
  if (is({"landmark"})) return Kinds{LabelKind::landmarks};
  if (is({"adaptive_wing"})) return Kinds{};  // target heatmaps, which no data set holds
  if (is({"cosine_distance"})) return Kinds{LabelKind::values};
  if (is({"mean_squared_error", "mean_absolute_error", "wing"})) {
    return task.outputs == 1 ? Kinds{LabelKind::values, LabelKind::age} : Kinds{LabelKind::values};
  }
  return std::nullopt;
}

FACEPTOR_INLINE Error labels_dont_fit(const TaskSpec& task, const DatasetInfo& set) {
  return Error(ErrorCode::mismatch, fmt::format("data: the labels of a {} set don't fit the task \"{}\"", set.format, task.name))
      .where(set.root.string());
}

FACEPTOR_INLINE void check_kind(const TaskSpec& task, const DatasetInfo& set) {
  const auto kinds = kinds_of_loss(task);
  if (!kinds || std::ranges::find(*kinds, set.kind) != kinds->end()) return;
  std::vector<std::string> names;
  for (const auto kind : *kinds) names.emplace_back(to_string(kind));
  const auto wanted = names.empty() ? "labels of a data set of one's own" : text::join(names, " or ");
  throw labels_dont_fit(task, set).expected(fmt::format("{}, for the loss {}", wanted, task.loss)).found(std::string(to_string(set.kind)));
}

// Names that are the same but in another order would train the wrong outputs without a word.
FACEPTOR_INLINE void check_names(const TaskSpec& task, const DatasetInfo& set) {
  if (task.labels == set.label_names || task.labels.size() != set.label_names.size()) return;
  if (!std::ranges::is_permutation(task.labels, set.label_names)) return;
  const auto place = std::ranges::mismatch(task.labels, set.label_names);
  throw labels_dont_fit(task, set)
      .expected(fmt::format("\"{}\" as number {}", *place.in1, place.in1 - task.labels.begin()))
      .found(fmt::format("\"{}\"", *place.in2))
      .hint("the names are the same, in another order");
}

FACEPTOR_INLINE Error bad_label(const Prepared& sample, std::string_view what) {
  return Error(ErrorCode::format, fmt::format("data: {}", what)).where(sample.name);
}

FACEPTOR_INLINE void expect_number(const Prepared& sample, std::size_t found, std::int64_t expected, std::string_view what) {
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

FACEPTOR_INLINE void write_attributes(const Prepared& sample, const AttributeLabels& label, float* row) {
  for (const auto value : label.values) {
    if (value < -1 || value > 1) throw bad_label(sample, "an attribute that can't be").expected("1, 0 or -1").found(std::to_string(value));
    *row++ = value;
  }
}

FACEPTOR_INLINE void write_values(const Prepared& sample, const ValueLabels& label, float* row) {
  if (!std::ranges::all_of(label.values, [](float value) { return std::isfinite(value); })) {
    throw bad_label(sample, "a value that is not finite");
  }
  std::ranges::copy(label.values, row);
}

FACEPTOR_INLINE void write_points(const Prepared& sample, const LandmarkLabels& label, float* row) {
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

FACEPTOR_INLINE void write_parsing(const Prepared& sample, const ParsingLabels& label, std::int64_t classes, std::int64_t ignored,
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

FACEPTOR_INLINE void write_image(const Prepared& sample, Size crop, float* row) {
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

FACEPTOR_INLINE LabelCollator::LabelCollator(const TaskSpec& task, const DatasetInfo& set)
    : task_(task.name), kind_(set.kind), crop_(task.view.size()) {
  detail::check_kind(task, set);
  detail::check_names(task, set);
  const bool known = detail::kinds_of_loss(task).has_value();
  const bool counted = kind_ == LabelKind::attributes || kind_ == LabelKind::landmarks || kind_ == LabelKind::values;
  const auto margin_classes = task.loss_options.find("classes");
  const auto limit = margin_classes != task.loss_options.end() ? margin_classes->get<std::int64_t>() : task.outputs;
  const bool wrong = counted ? set.classes > 0 && set.classes != task.outputs : set.classes > limit;
  if (known && wrong) {
    throw detail::labels_dont_fit(task, set)
        .expected(fmt::format("{}{}", counted ? "" : "at most ", counted ? task.outputs : limit))
        .found(std::to_string(set.classes));
  }
  count_ = known || set.classes == 0 ? task.outputs : set.classes;
  classes_ = known ? limit : set.classes;
  if (const auto ignored = task.loss_options.find("ignored"); ignored != task.loss_options.end()) ignored_ = ignored->get<std::int64_t>();
}

FACEPTOR_INLINE losses::Labels LabelCollator::allocate(std::int64_t rows) const {
  switch (kind_) {
    case LabelKind::none: return {};
    case LabelKind::class_index: return torch::empty({rows}, torch::kLong);
    case LabelKind::age: return torch::empty({rows}, torch::kFloat32);
    case LabelKind::attributes:
    case LabelKind::values: return torch::empty({rows, count_}, torch::kFloat32);
    case LabelKind::landmarks: return torch::empty({rows, count_, 2}, torch::kFloat32);
    case LabelKind::parsing: return torch::empty({rows, crop_.height, crop_.width}, torch::kByte);
  }
  throw Error(ErrorCode::internal, "data: an unknown kind of label");
}

FACEPTOR_INLINE void LabelCollator::write(const Prepared& sample, const Label& given, std::int64_t row,
                                          const losses::Labels& labels) const {
  if (kind_of(given) != kind_) {
    throw Error(ErrorCode::mismatch, fmt::format("data: a sample for \"{}\" has a label of another kind than its set", task_))
        .where(sample.name)
        .expected(std::string(to_string(kind_)))
        .found(std::string(to_string(kind_of(given))));
  }
  if (const auto* label = std::get_if<ClassLabel>(&given)) {
    if (label->index < 0 || (classes_ > 0 && label->index >= classes_)) {
      throw detail::bad_label(sample, fmt::format("a class that \"{}\" doesn't have", task_))
          .expected(fmt::format("0 to {}", classes_ - 1))
          .found(std::to_string(label->index));
    }
    *detail::label_row<std::int64_t>(labels, row) = label->index;
  } else if (const auto* age = std::get_if<AgeLabel>(&given)) {
    if (!(age->years >= 0 && age->years <= 150)) {
      throw detail::bad_label(sample, "an age that can't be").expected("0 to 150").found(fmt::format("{:g}", age->years));
    }
    *detail::label_row<float>(labels, row) = age->years;
  } else if (const auto* attributes = std::get_if<AttributeLabels>(&given)) {
    detail::expect_number(sample, attributes->values.size(), count_, "attributes");
    detail::write_attributes(sample, *attributes, detail::label_row<float>(labels, row));
  } else if (const auto* landmarks = std::get_if<LandmarkLabels>(&given)) {
    detail::expect_number(sample, landmarks->points.size(), count_, "points");
    detail::write_points(sample, *landmarks, detail::label_row<float>(labels, row));
  } else if (const auto* parsing = std::get_if<ParsingLabels>(&given)) {
    const auto& mask = parsing->classes;
    detail::expect_number(sample, mask.labels.size(), labels.primary.stride(0), "labelled pixels");
    detail::write_parsing(sample, *parsing, classes_, ignored_, detail::label_row<std::uint8_t>(labels, row));
  } else if (const auto* values = std::get_if<ValueLabels>(&given)) {
    detail::expect_number(sample, values->values.size(), count_, "values");
    detail::write_values(sample, *values, detail::label_row<float>(labels, row));
  }
}

FACEPTOR_INLINE losses::Labels LabelCollator::collate(std::span<const Prepared> samples) const {
  auto labels = allocate(static_cast<std::int64_t>(samples.size()));
  for (std::size_t i = 0; i < samples.size(); ++i) write(samples[i], static_cast<std::int64_t>(i), labels);
  return labels;
}

FACEPTOR_INLINE torch::Tensor collate_images(std::span<const Prepared> samples) {
  if (samples.empty()) throw Error(ErrorCode::argument, "data: no samples to make a batch of");
  const auto crop = samples.front().size;
  auto images = torch::empty({static_cast<std::int64_t>(samples.size()), 3, crop.height, crop.width});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    detail::write_image(samples[i], crop, images.data_ptr<float>() + static_cast<std::int64_t>(i) * images.stride(0));
  }
  return images;
}

}  // namespace faceptor::data
