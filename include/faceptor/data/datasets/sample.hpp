#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/image/image.hpp>

/// A sample of a data set: a picture and what is known to be true of the face in it.
///
///     auto set = data::open_dataset("300w", "data/300W", {.split = "train"});
///     data::Sample sample = set->read(0);
///     const auto& points = std::get<data::LandmarkLabels>(sample.label).points;      // pixels of sample.image
namespace faceptor::data {

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

using Label = std::variant<NoLabel, ClassLabel, AgeLabel, AttributeLabels, LandmarkLabels, ParsingLabels, ValueLabels>;

/// Which of a `Label`'s alternatives, in their order.
enum class LabelKind { none, class_index, age, attributes, landmarks, parsing, values };

inline LabelKind kind_of(const Label& label) noexcept { return static_cast<LabelKind>(label.index()); }

/// "none", "class", "age", "attributes", "landmarks", "parsing", "values".
std::string_view to_string(LabelKind kind);

/// What a data set says of one picture, known without decoding it.
struct Annotation {
  std::string name;                            ///< what identifies it in the set: the picture's path below the root, or the record's number
  Label label;                                 ///< of parsing sets empty until the sample is read: the mask is a picture too
  std::optional<Box> box;                      ///< of the face, in pixels of the picture
  std::optional<FivePoints> points;            ///< eyes, nose tip, mouth corners, likewise
  std::map<std::string, std::string> columns;  ///< whatever else the set says, by the column's name: groups for reports
};

/// An annotation and its picture.
struct Sample : Annotation {
  Image image;
  std::vector<Label> further = {};  ///< what other sets say of the same picture, for tasks that learn along with this one
};

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/impl/data/datasets/sample_inl.hpp>
#endif
