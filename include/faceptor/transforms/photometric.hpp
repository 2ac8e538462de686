#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <span>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/planar_image.hpp>

namespace faceptor::transforms {

/// Colours c in 0..1 become (c - mean) / std, for red, green, blue: the last step of most chains.
struct Normalise {
  static constexpr std::string_view kName = "normalise";
  std::array<float, 3> mean = {0.5F, 0.5F, 0.5F};
  std::array<float, 3> std = {0.5F, 0.5F, 0.5F};

  /// A view's.
  static Normalise of(const View& view) { return {view.mean(), view.std()}; }
  /// CLIP's and FaRL's: the published dense tasks'.
  static Normalise clip() { return {views::kClipMean, views::kClipStd}; }

  void check() const;
  nlohmann::json describe() const;
  /// @throws Error(argument) when the picture is normalised already
  void apply(TransformState& state) const;
};

// What the published dense tasks do to colours, in 0..1; labels stay as they are.
//
// Each step is a plain function of a picture and its draws, and a struct with the ranges to draw from; the defaults are the
// reference's.

/// What an occlusion draws: four numbers in 0..1, for its height, width, and the row and column of its centre.
using OcclusionDraws = std::array<double, 4>;

/// The pixels that an occlusion covers, within a picture of this size. The row is drawn from the width and the column from the height,
/// as in the reference; that is only seen where the two differ.
Region occluded_region(Size size, const OcclusionDraws& draws, double least = 0.2, double range = 0.6);

/// Makes a region black.
void black_out(PlanarImage& planes, const Region& region);

/// (1 - alpha) picture + alpha noise. @pre noise is as long as the picture's values
void fuse_noise(PlanarImage& planes, std::span<const float> noise, float alpha);

/// 0.299 R + 0.587 G + 0.114 B in all three channels.
void to_grey(PlanarImage& planes);

enum class GammaCurve { root, none, square };

/// The square root or the square of each colour, clipped to 0..1 before; `none` only clips.
void apply_gamma(PlanarImage& planes, GammaCurve curve);

/// The mean of side x side pixels, clipped to 0..1 before; a side below 2 does nothing. Beyond its border the picture continues mirrored
/// about the outermost pixel; the window of an even side reaches one pixel further up and left.
void mean_filter(PlanarImage& planes, int side);

/// A black rectangle, its sides half of 0.2 to 0.8 of the picture's.
struct Occlusion {
  static constexpr std::string_view kName = "occlusion";
  double probability = 1;
  double least = 0.2;  ///< the shortest side, in halves of the picture's
  double range = 0.6;  ///< how much longer it may be
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Uniform noise mixed in.
struct NoiseFusion {
  static constexpr std::string_view kName = "noise";
  double probability = 0.5;
  double strength = 0.5;  ///< the largest share of noise, 0 to 1
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// No colours.
struct Grey {
  static constexpr std::string_view kName = "grey";
  double probability = 0.1;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Lighter, as it is, or darker, each as likely.
struct Gamma {
  static constexpr std::string_view kName = "gamma";
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// A mean filter of U(0, most) of the mean side, rounded down; below 2 pixels nothing.
struct Blur {
  static constexpr std::string_view kName = "blur";
  double probability = 1;
  double most = 0.01;  ///< of the mean of the picture's sides, up to 0.5
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
