#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/image/color.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor {
class PhotoPen;
}

namespace faceptor::results {

/// What each pixel of a face is: class labels over a rectangle of the photo. Everything outside it is background.
struct ParsingMap {
  static constexpr std::string_view kTypeName = "ParsingMap";

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

  friend bool operator==(const ParsingMap&, const ParsingMap&) = default;
};

/// {"roi": [x, y, width, height], "classes": [names], "colors": [[r, g, b], ...], "pixels": {class: count},
///  "runs": [label, length, label, length, ...]}, the runs row by row over the whole rectangle
void to_json(nlohmann::json& out, const ParsingMap& value);
/// @throws Error(format) when a field is missing or wrong, Error(limit) for a rectangle of more than 2^28 pixels.
void from_json(const nlohmann::json& in, ParsingMap& value);
/// For people: "11 of 19 classes", the background among them.
std::string to_text(const ParsingMap& value);
/// The classes in their colours, as opaque as the pen says; the background stays clear.
void draw_on(PhotoPen& pen, const ParsingMap& value);

}  // namespace faceptor::results

namespace faceptor {
using results::ParsingMap;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/parsing_map_inl.hpp>
#endif
