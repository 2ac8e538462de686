#pragma once

#include <cstddef>
#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <span>
#include <vector>

/// The tanh warp of RoI Tanh-polar and FaRL: the middle of the crop is linear, the surroundings are squeezed into its margin, so that
/// one crop shows the face in full and the rest of the photo dimly.
///
/// With factor f, each axis of the crop, scaled to n in -1..1 by *index over size* (column 0 is -1, column w - 1 is 1 - 2/w, as in the
/// reference), is linear for |n| <= 1 - f and grows like artanh beyond. Factor 0 is linear throughout, factor 1 nowhere.
namespace faceptor {

/// Where each pixel of a picture takes its colour from, in pixels of another.
struct SamplingMap {
  int width = 0;
  int height = 0;
  std::vector<float> xy;  ///< height x width x 2, (x, y) of the source

  Point at(int x, int y) const {
    const auto i = 2 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
    return {xy[i], xy[i + 1]};
  }
};

/// One axis from the warped crop to the aligned one, in -1..1 coordinates: artanh beyond 1 - factor, its argument kept within 0.999.
double unwarp_axis(double n, double factor);
/// One axis from the aligned crop to the warped one, in -1..1 coordinates: tanh beyond 1 - factor.
double warp_axis(double n, double factor);

/// Places in the crop, as a model predicts them, on the photo.
/// @param matrix  photo to crop, without the warp
/// @param factor  0..1
/// @throws Error(argument)  for a factor outside 0..1, a crop without pixels, a matrix that can't be inverted
Points crop_to_photo(std::span<const Point> points, const Matrix& matrix, Size crop, double factor);

/// Places in the photo on the crop. @throws as `crop_to_photo`
Points photo_to_crop(std::span<const Point> points, const Matrix& matrix, Size crop, double factor);

/// For each pixel of the crop, its place in the photo. @throws as `crop_to_photo`
SamplingMap crop_sampling_map(const Matrix& matrix, Size crop, double factor);

/// For each pixel of the photo, its place in the crop. @throws as `crop_to_photo`
SamplingMap photo_sampling_map(const Matrix& matrix, Size crop, double factor, Size photo);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/warp_inl.hpp>
#endif
