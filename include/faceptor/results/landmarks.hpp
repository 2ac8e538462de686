#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>

/// What the points of the published landmark schemes are.
///
/// | name | data set | points |
/// | 68   | 300W     | jaw, brows, nose, eyes, outer and inner lips |
/// | 98   | WFLW     | the same, finer, and both pupils |
/// | 29   | COFW     | brows, eyes, pupils, nose, mouth, chin, four points a part |
/// | 19   | AFLW-19  | brows, eyes, nose, mouth, chin |
///
/// Left and right are as seen in the image.
namespace faceptor::results {

using PointIndices = std::span<const std::uint8_t>;

/// A named part. The regions of a scheme hold every point once.
struct LandmarkRegion {
  std::string_view name;
  PointIndices points;
};

/// A line through points, for drawing.
struct LandmarkContour {
  PointIndices points;
  bool closed;
};

struct LandmarkScheme {
  std::string_view name;
  std::size_t size;
  std::span<const LandmarkRegion> regions;
  std::span<const LandmarkContour> contours;
  PointIndices mirror;             ///< for each point, the index of the same point in the mirrored picture; mirror[mirror[i]] == i
  PointIndices outer_eye_corners;  ///< left, right: their distance is the inter-ocular one
  PointIndices left_eye_center;    ///< the mean of these points; the distance of both is the inter-pupil one
  PointIndices right_eye_center;
  PointIndices nose_and_mouth;  ///< nose tip, left and right corner of the mouth

  /// @throws Error(argument) for an unknown region, with the nearest known one.
  const LandmarkRegion& region(std::string_view region_name) const;
};

/// All four, in the order of the table above.
std::span<const LandmarkScheme> landmark_schemes();
/// The scheme of this name, or null.
const LandmarkScheme* find_landmark_scheme(std::string_view name) noexcept;
/// @throws Error(argument) for an unknown name.
const LandmarkScheme& landmark_scheme(std::string_view name);

/// Eyes (their centres), nose tip and mouth corners of a face. @throws Error(argument) when the points are not the scheme's.
FivePoints five_points(const LandmarkScheme& scheme, std::span<const Point> points);
/// The distance of the outer eye corners, in pixels. @throws Error(argument) when the points are not the scheme's.
float inter_ocular(const LandmarkScheme& scheme, std::span<const Point> points);
/// The distance of the pupils or eye centres, in pixels. @throws Error(argument) when the points are not the scheme's.
float inter_pupil(const LandmarkScheme& scheme, std::span<const Point> points);
/// The points of the mirrored picture in the scheme's order: x' = width - 1 - x, left and right swapped.
/// @throws Error(argument) when the points are not the scheme's.
Points mirror_landmarks(const LandmarkScheme& scheme, std::span<const Point> points, int width);

}  // namespace faceptor::results

namespace faceptor {
class PhotoPen;
}

namespace faceptor::results {

/// Points of a face, in photo pixels.
struct Landmarks {
  static constexpr std::string_view kTypeName = "Landmarks";

  std::string scheme;             ///< which points: "68", "98", "29", "19" (see `landmark_scheme`), or a name of the user's
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
