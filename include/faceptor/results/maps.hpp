#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor::results {

/// What is left of a map in a few numbers.
struct MapRange {
  float min = 0;
  float mean = 0;
  float max = 0;

  friend bool operator==(const MapRange&, const MapRange&) = default;
};

/// What is left of `Maps` in JSON that was written without values.
struct MapsSummary {
  static constexpr std::string_view kTypeName = "MapsSummary";

  std::vector<std::string> labels;  ///< one a map
  Box roi;                          ///< what the maps covered
  int width = 0;                    ///< columns of each map
  int height = 0;                   ///< rows of each map
  std::vector<MapRange> ranges;     ///< one a label; zeros for maps without values

  /// @throws Error(argument) when the ranges are not as many as the labels, a label is empty or repeats, a size is negative, or a number
  ///         is not finite.
  void check() const;

  /// @throws Error(argument) for an unknown label, with the nearest known one.
  MapRange range(std::string_view label) const;

  friend bool operator==(const MapsSummary&, const MapsSummary&) = default;
};

/// Dense maps by label over a rectangle of the photo.
struct Maps {
  static constexpr std::string_view kTypeName = "Maps";
  static constexpr std::string_view kFullField = "values";
  using Summary = MapsSummary;

  std::vector<std::string> labels;  ///< one a map
  Box roi;                          ///< what the maps cover, by its edges, in photo pixels
  int width = 0;                    ///< columns of each map; need not be the pixels of `roi`
  int height = 0;                   ///< rows of each map
  std::vector<float> values;        ///< maps x height x width, one map after the other, row by row; any finite number

  Maps() = default;
  /// @throws Error(argument) as `check` does.
  Maps(std::vector<std::string> labels, Box roi, int width, int height, std::vector<float> values);

  /// @throws Error(argument) when the sizes don't fit each other, a label is empty or repeats, the rectangle is empty, or a value is
  ///         not finite.
  void check() const;

  std::size_t size() const noexcept { return labels.size(); }
  /// One map, height x width. @throws Error(argument) for an unknown label, with the nearest known one.
  std::span<const float> map(std::string_view label) const&;
  std::vector<float> map(std::string_view label) const&&;
  /// The value of a map at a point of the photo, bilinear; 0 outside the rectangle. @throws Error(argument) for an unknown label.
  float at(std::string_view label, Point photo) const;
  MapsSummary summary() const;

  friend bool operator==(const Maps&, const Maps&) = default;
};

/// {"labels": [...], "roi": [x0, y0, x1, y1], "width": w, "height": h, "summary": {label: {"min": a, "mean": b, "max": c}}}: a map has
/// tens of thousands of values, which few want.
void to_json(nlohmann::json& out, const Maps& value);
/// The same with "values": [maps x height x width numbers].
void to_full_json(nlohmann::json& out, const Maps& value);
/// @throws Error(format) when a field is missing or wrong; "values" is needed.
void from_json(const nlohmann::json& in, Maps& value);
/// For people: "hair: mean 0.31, max 0.98; skin: mean 0.22, max 1".
std::string to_text(const Maps& value);

/// As that of the maps, without "values".
void to_json(nlohmann::json& out, const MapsSummary& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, MapsSummary& value);
/// As that of the maps.
std::string to_text(const MapsSummary& value);

}  // namespace faceptor::results

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/maps_inl.hpp>
#endif
