#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/view.hpp>
#include <faceptor/image/image.hpp>
#include <span>

namespace faceptor {

/// The way between one photo and one face's crop of it, both ways.
///
///     auto transform = ViewTransform::of(view, photo.width(), photo.height(), &box);
///     std::vector<float> chw(3 * view.width() * view.height());
///     extract(photo, view, transform, chw);
///     Points on_photo = transform.to_photo(predicted);
class ViewTransform {
 public:
  /// @param box     the face's box; needed by `CropRule::box`
  /// @param points  the face's five points; needed by `CropRule::aligned`
  /// @throws Error(argument)  when what the crop rule needs is absent, degenerate or not finite, the photo has no pixels, or the view
  ///                          is not valid
  static ViewTransform of(const View& view, int photo_width, int photo_height, const Box* box = nullptr,
                          const FivePoints* points = nullptr);

  /// From a matrix of your own, such as one after a random similarity.
  /// @throws Error(argument)  for a matrix that can't be inverted, a picture without pixels, a warp factor outside 0..1
  ViewTransform(const Matrix& photo_to_view, Size photo, Size view, float warp);

  /// Pixels of the photo to pixels of the crop, through matrix and warp; points beyond the crop get places beyond its edges (or, with
  /// the warp, near them).
  Points to_view(std::span<const Point> points) const;
  /// Pixels of the crop to pixels of the photo.
  Points to_photo(std::span<const Point> points) const;

  /// Photo to crop, without the warp.
  const Matrix& matrix() const noexcept { return matrix_; }
  /// Crop to photo, without the warp.
  const Matrix& inverse() const noexcept { return inverse_; }
  Size photo_size() const noexcept { return photo_; }
  Size view_size() const noexcept { return view_; }
  float warp() const noexcept { return warp_; }

  /// The pixels of the photo that the crop can say anything about: the smallest rectangle around its outline, or, with a tanh warp,
  /// the whole photo. Empty when the crop lies beside the photo.
  Region footprint() const;

 private:
  Matrix matrix_;
  Matrix inverse_;
  Size photo_;
  Size view_;
  float warp_ = 0;
};

/// Cuts a view out of a photo, as the network reads it.
/// @param chw  3 x height x width of the view: red, green, blue planes of (c / 255 - mean) / std; what lies outside the photo is black
/// @throws Error(argument)  when the transform was made for another photo or view size, or `chw` has another length
void extract(const Image& photo, const View& view, const ViewTransform& transform, std::span<float> chw);

/// A piece of a photo with the class of each of its pixels; outside of it all is class 0.
struct RegionLabels {
  Region region;
  LabelImage labels;  ///< as large as the region
};

/// Dense maps of a crop, such as the logits of parsing, on the photo: the class whose map is largest, for each pixel of a region.
///
/// Maps smaller than the crop are first enlarged to it bilinearly (`align_corners=false`). A photo pixel beside the crop gets 0 from
/// all maps, and the first class (background) wins, as it does wherever maps are equal.
/// @param maps    C x h x w, h and w at most the view's; C at most 256
/// @param region  within the photo; by default the footprint
/// @throws Error(shape)     for maps that don't fit
/// @throws Error(argument)  for a region that leaves the photo, or an interpolation other than bilinear
RegionLabels map_back_argmax(const DenseMaps& maps, const ViewTransform& transform, Interpolation interpolation = Interpolation::bilinear);
RegionLabels map_back_argmax(const DenseMaps& maps, const ViewTransform& transform, Region region,
                             Interpolation interpolation = Interpolation::bilinear);

/// The maps themselves, resampled at each pixel of a region of the photo: region.height x region.width x C. @throws as above
FloatImage map_back(const DenseMaps& maps, const ViewTransform& transform, Region region,
                    Interpolation interpolation = Interpolation::bilinear);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/geometry/impl/extract_inl.hpp>
#include <faceptor/geometry/impl/map_back_inl.hpp>
#include <faceptor/geometry/impl/view_transform_inl.hpp>
#endif
