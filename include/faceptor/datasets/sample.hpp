#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <faceptor/core/label_kind.hpp>
#include <faceptor/datasets/own_label.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/image/image.hpp>

/// A sample of a data set: a picture and what is known to be true of the face in it.
///
///     auto set = datasets::open_dataset("300w", "data/300W", {.split = "train"});
///     datasets::Sample sample = set->read(0);
///     const auto& points = std::get<datasets::LandmarkLabels>(sample.label).points;      // pixels of sample.image
namespace faceptor::datasets {

/// Nothing is known: pictures to verify, or to look at.
struct NoLabel {
  friend bool operator==(const NoLabel&, const NoLabel&) = default;
};

/// One class of many: an expression, a person, a folder.
struct ClassLabel {
  std::int64_t index = 0;  ///< 0-based, in the order of `DatasetInfo::label_names` where there are names
  friend bool operator==(const ClassLabel&, const ClassLabel&) = default;
};

struct AgeLabel {
  float years = 0;
  friend bool operator==(const AgeLabel&, const AgeLabel&) = default;
};

/// Yes or no, one for each of `DatasetInfo::label_names`.
struct AttributeLabels {
  std::vector<std::int8_t> values;  ///< 1 yes, 0 no, -1 unknown
  friend bool operator==(const AttributeLabels&, const AttributeLabels&) = default;
};

/// Points of a face in the order of the set's scheme, in pixels of the sample's picture.
struct LandmarkLabels {
  Points points;
  std::vector<std::uint8_t> visible;  ///< 1 seen, 0 hidden; empty where the set doesn't say
  friend bool operator==(const LandmarkLabels&, const LandmarkLabels&) = default;
};

/// A class for each pixel of the sample's picture.
struct ParsingLabels {
  LabelImage classes;  ///< as large as the picture
  friend bool operator==(const ParsingLabels&, const ParsingLabels&) = default;
};

/// Numbers, one for each of `DatasetInfo::label_names`.
struct ValueLabels {
  std::vector<float> values;
  friend bool operator==(const ValueLabels&, const ValueLabels&) = default;
};

/// Numbers for each pixel of the sample's picture: masks that are soft (0 to 1), depths, directions. Any finite number will do; unit and
/// range are the set's own.
struct SoftMapLabels {
  int width = 0;  ///< as large as the picture
  int height = 0;
  std::vector<float> values;  ///< maps x height x width

  /// How many maps there are. 0 for none, or where the numbers don't fill whole maps
  std::int64_t maps() const noexcept {
    const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    return width > 0 && height > 0 && values.size() % pixels == 0 ? static_cast<std::int64_t>(values.size() / pixels) : 0;
  }
  friend bool operator==(const SoftMapLabels&, const SoftMapLabels&) = default;
};

/// One of the library's kinds of label, or one of your own (own_label.hpp).
using Label =
    std::variant<NoLabel, ClassLabel, AgeLabel, AttributeLabels, LandmarkLabels, ParsingLabels, ValueLabels, SoftMapLabels, OwnLabel>;

using faceptor::LabelKind;

/// Which of a `Label`'s alternatives; of labels of your own, their `kKind`.
inline LabelKind kind_of(const Label& label) noexcept {
  constexpr std::array kKinds = {LabelKind::none,      LabelKind::class_index, LabelKind::age,    LabelKind::attributes,
                                 LabelKind::landmarks, LabelKind::parsing,     LabelKind::values, LabelKind::soft_maps};
  static_assert(std::variant_size_v<Label> == kKinds.size() + 1);
  const auto* own = std::get_if<OwnLabel>(&label);
  return own != nullptr ? own->kind() : kKinds[label.index()];
}

/// What a data set says of one picture, known without decoding it.
struct Annotation {
  std::string name;                            ///< what identifies it in the set: the picture's path below the root, or the record's number
  Label label;                                 ///< of parsing and soft maps empty until the sample is read: they are pictures too
  std::optional<Box> box;                      ///< of the face, in pixels of the picture
  std::optional<FivePoints> points;            ///< eyes, nose tip, mouth corners, likewise
  std::map<std::string, std::string> columns;  ///< whatever else the set says, by the column's name: groups for reports
};

/// An annotation and its picture.
struct Sample : Annotation {
  Image image;
  std::vector<Label> further = {};  ///< what other sets say of the same picture, for tasks that learn along with this one
};

}  // namespace faceptor::datasets
