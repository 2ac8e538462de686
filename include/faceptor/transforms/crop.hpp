#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/transforms/chain.hpp>

/// Where a sample's face lies, from whatever its data set says.
namespace faceptor::transforms {

/// The annotated box; else the square around landmark labels; else the square that the five points usually lie in
/// (`five_points_from_box` the other way, upright).
/// @throws Error(argument) when none of them is there, or what is there is degenerate
Box face_box(const datasets::Annotation& annotation);

/// The annotated points; else those of landmark labels, if there are five of them or as many as a published scheme has (19, 29, 68,
/// 98: give `points` where yours are others); else the guess from the box.
/// @throws Error(argument) when none of them is there, or what is there is degenerate
FivePoints face_points(const datasets::Annotation& annotation);

/// How the boxes of the detector that will be used differ from the data set's, so that training sees what use will show.
struct DetectorBox {
  double scale = 1;     ///< its side in sides of the annotated box
  double shift_x = 0;   ///< how far right its centre lies, in widths of the annotated box
  double shift_y = 0;   ///< how far down, in heights
  bool square = false;  ///< whether it is a square, of the longer side

  Box of(const Box& annotated) const;
  friend bool operator==(const DetectorBox&, const DetectorBox&) = default;
};

// From a photo to a crop: aiming at the part that a view looks at, then sampling it.

/// Aims at what a view looks at: the whole photo, the face's box at a scale, or its five points on a template.
///
/// Box and points are `face_box` and `face_points` of the sample. Nothing is sampled yet: further steps may turn and shift the crop.
struct Crop {
  static constexpr std::string_view kName = "crop";
  View view;
  DetectorBox detector = {};  ///< the box as a detector draws it; of no effect on views of points
  double point_noise = 0;     ///< standard deviation of each coordinate of the five points, in distances of the eyes; for training

  void check() const;
  nlohmann::json describe() const;
  /// @throws Error(argument) when the sample has no box or points that the view needs, or degenerate ones
  void apply(TransformState& state) const;
};

/// Samples the crop aimed at, from bytes to colours in 0..1; landmarks and parsing labels follow.
struct Map {
  static constexpr std::string_view kName = "map";
  float warp = 0;  ///< the factor of the tanh warp, 0 to 1
  Interpolation interpolation = Interpolation::bilinear_q32;

  void check() const;
  nlohmann::json describe() const;
  /// @throws Error(argument) when the picture is floats already
  void apply(TransformState& state) const;
};

/// Samples and normalises the crop aimed at as the library does in use: the same bits as geometry's `extract`.
struct Extract {
  static constexpr std::string_view kName = "extract";
  View view;

  void check() const;
  nlohmann::json describe() const;
  /// @throws Error(argument) when the picture is floats already, or the crop aimed at has another size
  void apply(TransformState& state) const;
};

// A random turn, size and shift of the crop aimed at, about its centre.

/// Everything drawn uniformly, as the published landmark tasks do.
struct RandomSimilarity {
  static constexpr std::string_view kName = "similarity";
  double shift = 0.05;      ///< to either side, in shorter sides of the crop
  double rotation = 0.174;  ///< to either side, in radians
  double smallest = 0.9;    ///< the factor of size, from
  double largest = 1.1;     ///< to

  /// Sizes within 0.1 of a face scale.
  static RandomSimilarity about(double face_scale);

  SimilarityDraws draw(Random& random) const;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Turns and sizes drawn normally, shifts uniformly, as the published parsing tasks do. Nothing is cut off; a size below 0.01, which
/// the defaults never come to, becomes 0.01.
struct NormalSimilarity {
  static constexpr std::string_view kName = "similarity";
  double shift = 0.01;      ///< to either side, in shorter sides of the crop
  double rotation = 0.314;  ///< standard deviation, in radians
  double scale = 1;         ///< mean factor of size
  double deviation = 0.1;   ///< its standard deviation

  SimilarityDraws draw(Random& random) const;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
