#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <nlohmann/json_fwd.hpp>

namespace faceptor {
class PhotoPen;
}

namespace faceptor::results {

/// Points of a face, in photo pixels.
struct Landmarks {
  static constexpr std::string_view kTypeName = "Landmarks";

  std::string scheme;             ///< which points: "68", "98", "29", "19" (landmark_schemes.hpp), or a name of the user's
  Points points;                  ///< may lie outside the photo
  std::vector<float> confidence;  ///< one a point, 0 to 1, from the heatmap

  Landmarks() = default;
  /// @throws Error(argument) as `check` does.
  Landmarks(std::string scheme, Points points, std::vector<float> confidence);
  /// Confidence 1 everywhere. @throws Error(argument) as `check` does.
  Landmarks(std::string scheme, Points points);

  /// @throws Error(argument) when the scheme has no name, it is a known one and has another number of points, the confidences are not as
  ///         many as the points, a coordinate is not finite, or a confidence is not from 0 to 1.
  void check() const;

  std::size_t size() const noexcept { return points.size(); }
  /// The points of a region of a known scheme, such as "left eye". @throws Error(argument) for an unknown region or scheme.
  Points region(std::string_view name) const;
  /// The five points that alignment needs. @throws Error(argument) for an unknown scheme.
  FivePoints five_points() const;
  /// The distance of the outer eye corners, in pixels. @throws Error(argument) for an unknown scheme.
  float inter_ocular() const;
  /// The distance of the pupils or eye centres, in pixels. @throws Error(argument) for an unknown scheme.
  float inter_pupil() const;

  friend bool operator==(const Landmarks&, const Landmarks&) = default;
};

/// {"scheme": name, "points": [[x, y], ...], "confidence": [0..1, ...]}
void to_json(nlohmann::json& out, const Landmarks& value);
/// @throws Error(format) when a field is missing or wrong.
void from_json(const nlohmann::json& in, Landmarks& value);
/// For people: "68 points".
std::string to_text(const Landmarks& value);
/// The contours of a known scheme, and the points: fainter where they are less sure.
void draw_on(PhotoPen& pen, const Landmarks& value);

}  // namespace faceptor::results

namespace faceptor {
using results::Landmarks;
}

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/landmarks_inl.hpp>
#endif
