#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/transforms/face_annotation.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/geometry/view.hpp>

/// From a photo to a crop: aiming at the part that a view looks at, then sampling it.
namespace faceptor::data::transforms {

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

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/crop.cpp>
#endif
