#pragma once

#include <memory>
#include <string>
#include <vector>

#include <faceptor/detect/face_detector.hpp>

namespace faceptor {

/// How `DlibFrontalDetector` searches.
struct DlibFrontalOptions {
  /// The shortest side of a face to look for, in pixels of the photo. The detector itself sees faces from about 80 pixels on, so
  /// a photo is enlarged by 80 / min_face, within `max_pixels`. 20 to 1000.
  float min_face = 40;
  /// The most pixels to search. A larger photo is shrunk to this first, and small faces in it are lost. At least 10000.
  int max_pixels = 2'000'000;
  /// What a face must score. dlib's own value is 0, but nearly all finds between 0 and 0.2 are folds and shadows, and the few
  /// faces among them are turned away.
  float threshold = 0.2F;
  /// Look again with the photo turned by 15 and 30 degrees to both sides if no upright face was found.
  bool try_rotations = true;
};

/// dlib's detector of frontal faces: histograms of oriented gradients and five linear filters (frontal, half left, half right,
/// and frontal tilted to both sides).
///
/// Its boxes are squares from the forehead to the chin, not whole heads. It misses profiles and covered faces. Heads tilted by up to
/// about 40 degrees are found in the upright photo, by up to 60 in the turned ones. On 51 neutral frontal portraits of the Face Research
/// Lab London Set the middle between the pupils lay 0.23 of the box's side above its centre (standard deviation 0.03; sideways 0.04),
/// and the pupils 0.44 of the side apart (0.03): the boxes come in steps of a fifth in size and of a tenth of their side in place.
/// The score is the distance from the filter's decision boundary; sure finds are above 1.
class DlibFrontalDetector final : public FaceDetector {
 public:
  /// @throws Error(unsupported)  in a library built without dlib (the CMake option FACEPTOR_WITH_DLIB)
  /// @throws Error(argument)     for options out of range
  explicit DlibFrontalDetector(DlibFrontalOptions options = {});
  ~DlibFrontalDetector() override;
  DlibFrontalDetector(DlibFrontalDetector&&) noexcept;
  DlibFrontalDetector& operator=(DlibFrontalDetector&&) noexcept;

  /// Upright square boxes in pixels of the photo, surest first, without points. A face found in a turned photo gets an upright box
  /// around its centre. Safe to call from several threads.
  std::vector<Detection> detect(const Image& photo) const override;
  std::string name() const override { return "dlib"; }

  /// Whether this library was built with dlib.
  static bool available() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detect/impl/dlib_frontal_detector_inl.hpp>
#endif
