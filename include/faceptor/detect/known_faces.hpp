#pragma once

#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/detect/face_detector.hpp>
#include <faceptor/geometry/similarity.hpp>

/// Faces that need no looking for, made into what the analyzer takes.
namespace faceptor {

/// A face by its five points alone. Its box is the one that they usually lie in.
/// @throws Error(argument)  for points that are not numbers, all in one place, or on one line, as no face has them
Detection face_by_points(const FivePoints& points);

/// Five points of a list that must hold as many. @throws Error(argument) for another number of points
FivePoints five_points_of(std::span<const Point> points);

/// The face of a picture that was cut and aligned already, such as the 112 x 112 crops of face recognition.
/// @param crop            its size; another than the template's is a larger or smaller picture of the same part
/// @param align_template  where eyes, nose and mouth were brought to
/// @throws Error(argument) for a size without pixels
Detection aligned_face(Size crop, AlignTemplate align_template = AlignTemplate::arcface);

/// Takes each photo for a crop that ArcFace's template was aligned to: `aligned_face`.
class AlignedCropDetector final : public FaceDetector {
 public:
  /// One face with score 1; none for an empty photo.
  std::vector<Detection> detect(const Image& photo) const override;
  bool gives_points() const override { return true; }
  std::string name() const override { return "aligned"; }
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detect/impl/known_faces_inl.hpp>
#endif
