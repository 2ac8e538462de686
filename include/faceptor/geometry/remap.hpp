#pragma once

#include <array>
#include <faceptor/core/config.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/warp.hpp>
#include <faceptor/image/image.hpp>
#include <string_view>
#include <vector>

namespace faceptor {

/// How a picture is read between its pixels. What lies outside the picture counts 0, in the blend at its edge too.
enum class Interpolation {
  bilinear,      ///< exact weights
  bilinear_q32,  ///< the place rounded to 1/32 pixel, half to even, as OpenCV 4 does and the published weights were trained with
  antialiased,   ///< bilinear, after averaging the blocks of pixels that a strongly shrunken crop would skip
  nearest,       ///< the place rounded half to even
};

/// "bilinear", "bilinear_q32", "antialiased", "nearest".
std::string_view to_string(Interpolation value);
constexpr std::array<Interpolation, 4> values_of(Interpolation) {
  return {Interpolation::bilinear, Interpolation::bilinear_q32, Interpolation::antialiased, Interpolation::nearest};
}

/// Pictures read at the places of a map. `antialiased` belongs to views (`extract`), where the amount of shrinking is known.
/// @return  as large as the map
/// @throws Error(argument)  for `antialiased`, or a map or picture whose buffer doesn't fit its size
Image remap(const Image& image, const SamplingMap& map, Interpolation interpolation = Interpolation::bilinear);
/// As above, any number of channels.
FloatImage remap(const FloatImage& image, const SamplingMap& map, Interpolation interpolation = Interpolation::bilinear);
/// As above, plane by plane, bilinearly. @return  channels x the map's height x its width
std::vector<float> remap(const DenseMaps& maps, const SamplingMap& map);
/// Labels are never blended: the nearest one, 0 outside.
LabelImage remap(const LabelImage& labels, const SamplingMap& map);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/remap_inl.hpp>
#endif
