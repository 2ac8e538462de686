#pragma once

#include <string>
#include <variant>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/datasets/sample.hpp>
#include <faceptor/transforms/planar_image.hpp>
#include <faceptor/transforms/prepared.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor::data {

/// A sample on its way to the network: picture, labels and geometry, which every step keeps together.
///
/// The picture is first the sample's bytes, then planes of floats in 0..1, at last normalised planes; it never goes back. Geometry comes
/// in two ways:
///
/// - at once: a step gives another picture and the matrix from the old pixels to the new (`replace`), and labels follow;
/// - later: steps *aim* (`aim`): they say where the crop will lie, one matrix after another, and one step then samples the picture a
///   single time through all of them (`Map`). Labels follow then.
class TransformState {
 public:
  /// Borrows the sample, which must outlive the state.
  /// @throws Error(argument)  for an empty picture
  /// @throws Error(shape)     for parsing labels or soft maps of another size than the picture
  explicit TransformState(const Sample& sample);

  const Sample& sample() const noexcept { return *sample_; }

  Random random{0};  ///< the numbers of the step at hand
  Label label;       ///< landmarks in pixels of the picture at hand, parsing labels and soft maps as large as it
  std::vector<Label> further;  ///< likewise, the sample's further labels

  /// The size of the picture at hand.
  Size size() const noexcept;
  bool in_bytes() const noexcept;
  bool normalised() const noexcept { return normalised_; }

  /// The picture while it is bytes; `edit_bytes` copies the sample's on the first call.
  /// @throws Error(argument) when it is floats already
  const Image& bytes() const;
  Image& edit_bytes();
  /// The picture as planes in 0..1, turned into them by the first call. @throws Error(argument) once it is normalised
  PlanarImage& planes();
  /// The normalised planes. @throws Error(argument) when the picture isn't normalised yet
  PlanarImage& normalised_planes();
  /// Says that `planes` are normalised now.
  void set_normalised(PlanarImage planes);

  /// Another picture in place of this one: points of the label go through `move` (pixels of the old picture to the new one's), parsing
  /// labels are sampled at the nearest pixel, soft maps bilinearly (0 outside), and labels of your own as their `move` says.
  /// @throws Error(argument) while a crop is aimed at, or after a warp
  void replace(Image picture, const Matrix& move);

  /// Aims at a crop: `to_crop` takes pixels of the photo, as read, to the crop's.
  void aim(const Matrix& to_crop, Size crop);
  /// A further matrix after those so far: from pixels of the crop (or picture) so far to pixels of `crop`.
  void aim_further(const Matrix& step, Size crop);
  /// Whether a crop is aimed at that no step has sampled yet.
  bool aiming() const noexcept { return aiming_; }
  /// The size of the crop aimed at; without one, of the picture.
  Size target() const noexcept { return aiming_ ? crop_ : size(); }
  /// From the picture at hand to the crop aimed at.
  const Matrix& picture_to_crop() const noexcept { return picture_to_crop_; }
  /// From the photo to the crop aimed at; without one, to the picture at hand.
  Matrix photo_to_crop() const { return picture_to_crop_ * photo_to_picture_; }
  float warp() const noexcept { return warp_; }

  /// Takes the crop aimed at, sampled from `bytes` through `picture_to_crop`, as the picture. Labels follow, through the warp too.
  void arrive(PlanarImage crop, float warp, bool already_normalised = false);

  /// What is handed to the network. @throws Error(argument) when the picture isn't normalised, or a crop aimed at was never sampled
  Prepared finish() &&;

 private:
  void move_labels(const LabelMove& move, bool whole);
  void check_geometry() const;

  const Sample* sample_;
  std::variant<const Image*, Image, PlanarImage> picture_;
  Matrix photo_to_picture_ = Matrix::Identity();
  Matrix picture_to_crop_ = Matrix::Identity();
  Size crop_;
  float warp_ = 0;
  bool aiming_ = false;
  bool normalised_ = false;
};

}  // namespace faceptor::data

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/transform_state.cpp>
#endif
