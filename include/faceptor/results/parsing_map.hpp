#pragma once

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/draw.hpp>

/// The classes of the published parsing tasks: names, colours to draw them, and which swap when a picture is mirrored.
///
/// Left and right: CelebAMask-HQ's files call a part `l_*` that stands on the left **of the photo**, which is the person's right, and
/// the published evaluation names the same classes "right". The names here are those of the files. LaPa's names, by contrast, are
/// used alike by its files and the evaluation. Only names differ: the index decides.
namespace faceptor::results {

struct ParsingClass {
  std::string_view name;   ///< as in the data set's files
  std::string_view title;  ///< for people; left and right as seen in the photo
  Color color;
};

/// A set of parsing classes; class 0 is the background.
struct ParsingClasses {
  std::string_view name;                                            ///< "celebamask_hq", "lapa"
  std::span<const ParsingClass> classes;                            ///< by label
  std::span<const std::pair<std::uint8_t, std::uint8_t>> mirrored;  ///< labels that swap under a mirror; the others stay

  std::size_t size() const noexcept { return classes.size(); }
  /// The label of the same part in the mirrored picture.
  std::uint8_t mirror(std::uint8_t label) const noexcept;
  std::vector<std::string> names() const;
  std::vector<Color> colors() const;
};

inline constexpr std::array<ParsingClass, 19> kCelebaMaskHqClassList = {{
    {"background", "background", {0, 0, 0}}, {"neck", "neck", {214, 158, 126}},
    {"skin", "skin", {244, 196, 160}},       {"cloth", "clothing", {92, 122, 186}},
    {"l_ear", "left ear", {236, 150, 92}},   {"r_ear", "right ear", {206, 118, 66}},
    {"l_brow", "left brow", {118, 84, 196}}, {"r_brow", "right brow", {152, 118, 226}},
    {"l_eye", "left eye", {52, 152, 219}},   {"r_eye", "right eye", {26, 198, 214}},
    {"nose", "nose", {250, 206, 72}},        {"mouth", "inner mouth", {128, 24, 54}},
    {"l_lip", "lower lip", {232, 70, 108}},  {"u_lip", "upper lip", {250, 118, 142}},
    {"hair", "hair", {120, 82, 66}},         {"eye_g", "glasses", {44, 222, 160}},
    {"hat", "hat", {150, 196, 84}},          {"ear_r", "earring", {255, 232, 150}},
    {"neck_l", "necklace", {222, 120, 224}},
}};

inline constexpr std::array<ParsingClass, 11> kLapaClassList = {{
    {"background", "background", {0, 0, 0}},
    {"face", "face", {244, 196, 160}},
    {"left brow", "left brow", {118, 84, 196}},
    {"right brow", "right brow", {152, 118, 226}},
    {"left eye", "left eye", {52, 152, 219}},
    {"right eye", "right eye", {26, 198, 214}},
    {"nose", "nose", {250, 206, 72}},
    {"upper lip", "upper lip", {250, 118, 142}},
    {"inner mouth", "inner mouth", {128, 24, 54}},
    {"lower lip", "lower lip", {232, 70, 108}},
    {"hair", "hair", {120, 82, 66}},
}};

inline constexpr std::array<std::pair<std::uint8_t, std::uint8_t>, 3> kCelebaMaskHqMirror = {{{4, 5}, {6, 7}, {8, 9}}};
inline constexpr std::array<std::pair<std::uint8_t, std::uint8_t>, 2> kLapaMirror = {{{2, 3}, {4, 5}}};

inline constexpr ParsingClasses kCelebaMaskHqClasses = {"celebamask_hq", kCelebaMaskHqClassList, kCelebaMaskHqMirror};
inline constexpr ParsingClasses kLapaClasses = {"lapa", kLapaClassList, kLapaMirror};

/// A colour for the class of an unknown set: distinct for the first dozens; class 0 is black.
Color class_color(std::size_t label);

}  // namespace faceptor::results

namespace faceptor {
class PhotoPen;
}

namespace faceptor::results {

/// What is left of a `ParsingMap` in JSON that was written without runs.
struct ParsingMapSummary {
  static constexpr std::string_view kTypeName = "ParsingMapSummary";

  int x = 0;                         ///< the rectangle's first column in the photo; may be negative
  int y = 0;                         ///< its first row
  int width = 0;                     ///< in photo pixels
  int height = 0;                    ///< in photo pixels
  std::vector<std::string> classes;  ///< names; class 0 is the background
  std::vector<std::size_t> pixels;   ///< one a class: how many pixels of the rectangle it has

  /// @throws Error(argument) when the pixels are not as many as the classes, are not those of the rectangle, or a class name is empty or
  ///         repeats.
  void check() const;

  friend bool operator==(const ParsingMapSummary&, const ParsingMapSummary&) = default;
};

/// What each pixel of a face is: class labels over a rectangle of the photo. Everything outside it is background.
struct ParsingMap {
  static constexpr std::string_view kTypeName = "ParsingMap";
  static constexpr std::string_view kFullField = "runs";
  using Summary = ParsingMapSummary;

  int x = 0;                         ///< the rectangle's first column in the photo; may be negative
  int y = 0;                         ///< its first row
  int width = 0;                     ///< in photo pixels
  int height = 0;                    ///< in photo pixels
  std::vector<std::uint8_t> labels;  ///< height x width, row by row; each below classes.size()
  std::vector<std::string> classes;  ///< names; class 0 is the background
  std::vector<Color> colors;         ///< one a class, to draw it

  ParsingMap() = default;
  /// @throws Error(argument) as `check` does.
  ParsingMap(int x, int y, int width, int height, std::vector<std::uint8_t> labels, std::vector<std::string> classes,
             std::vector<Color> colors);

  /// @throws Error(argument) when the labels are not width x height, a label has no class, a class name is empty or repeats, or the
  ///         colours are not as many as the classes.
  void check() const;

  /// The label of a photo pixel, 0 outside the rectangle.
  std::uint8_t at(int photo_x, int photo_y) const noexcept;
  /// @throws Error(argument) for an unknown class, with the nearest known one.
  std::size_t index(std::string_view class_name) const;
  /// How many pixels each class has in the rectangle.
  std::vector<std::size_t> pixels() const;
  /// The share of the rectangle that is of this class, 0 to 1. @throws Error(argument) for an unknown class.
  float share(std::string_view class_name) const;

  ParsingMapSummary summary() const { return {x, y, width, height, classes, pixels()}; }

  friend bool operator==(const ParsingMap&, const ParsingMap&) = default;
};

/// {"roi": [x, y, width, height], "classes": [names], "pixels": {class: count}}: where the map is and how large each class, not its shape.
void to_json(nlohmann::json& out, const ParsingMap& value);
/// The same with "colors": [[r, g, b], ...] and "runs": [label, length, label, length, ...], row by row over the whole rectangle.
void to_full_json(nlohmann::json& out, const ParsingMap& value);
/// @throws Error(format) when a field is missing or wrong, Error(limit) for a rectangle of more than 2^28 pixels; "runs" is needed.
void from_json(const nlohmann::json& in, ParsingMap& value);
/// For people: "11 of 19 classes", the background among them.
std::string to_text(const ParsingMap& value);

/// As that of the map, without colours and runs.
void to_json(nlohmann::json& out, const ParsingMapSummary& value);
/// @throws Error as for the map.
void from_json(const nlohmann::json& in, ParsingMapSummary& value);
/// As that of the map.
std::string to_text(const ParsingMapSummary& value);

/// The classes in their colours, as opaque as the pen says; the background stays clear.
void draw_on(PhotoPen& pen, const ParsingMap& value);

}  // namespace faceptor::results

namespace faceptor {
using results::ParsingMap;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/parsing_map_inl.hpp>
#endif
