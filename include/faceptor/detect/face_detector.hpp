#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/image.hpp>

/// Finding faces in a photo.
///
///     auto detector = faceptor::make_detector("mtcnn");   // detectors/detectors.hpp
///     for (const auto& face : detector->detect(photo)) fmt::print("{} {}\n", face.box.x0, face.score);
///
/// A detector of one's own derives from `FaceDetector`; boxes that are known already go through `FixedBoxes`.
namespace faceptor {

/// A face found.
struct Detection {
  Box box;                           ///< in pixels of the photo; may reach beyond its edges
  float score = 1;                   ///< higher is surer; its scale is the detector's own
  std::optional<FivePoints> points;  ///< if the detector gives them, in pixels of the photo
  /// What views cut by a box are cut by; `box` if not given. Detectors draw their boxes differently, and a model wants them as it learned
  /// them: see `box_from_five_points`.
  std::optional<Box> view_box = {};
  /// How the face lies: so many quarter turns of the photo, against the clock, bring it upright. 0 to 3; views cut by a box turn as much.
  int quarter_turns = 0;

  const Box& box_for_views() const { return view_box ? *view_box : box; }
};

/// What finds faces. `detect` may be called from several threads at once.
class FaceDetector {
 public:
  virtual ~FaceDetector() = default;

  /// The faces of a photo, the one that is most likely meant first: the surest, or the largest. None is no error.
  virtual std::vector<Detection> detect(const Image& photo) const = 0;
  /// Where faces of the frame before are in this one, for detectors that can tell sooner than by a search: one a face, nothing for those
  /// that are gone. An empty list (the default) where the detector can't.
  virtual std::vector<std::optional<Detection>> follow(const Image&, std::span<const Detection>) const { return {}; }
  /// Whether each of its faces comes with five points.
  virtual bool gives_points() const { return false; }
  /// What it is called in reports and results.
  virtual std::string name() const = 0;
};

/// Takes the whole photo for one face: for pictures that are cropped already.
class WholeImageDetector final : public FaceDetector {
 public:
  /// One box from edge to edge with score 1; none for an empty photo.
  std::vector<Detection> detect(const Image& photo) const override;
  std::string name() const override { return "whole"; }
};

/// Gives the faces its caller knows, whatever the photo shows. See `read_boxes_file` for those of many photos.
class FixedBoxes final : public FaceDetector {
 public:
  /// @throws Error(argument) for a box without area or points that are not numbers
  explicit FixedBoxes(std::vector<Detection> faces);
  /// The same from boxes alone, with score 1.
  explicit FixedBoxes(const std::vector<Box>& boxes);

  /// @throws Error(argument) for a box that can't be a face of the photo: one beside it, of less than two pixels (such as shares of the
  ///                         photo, 0 to 1), or of more than ten times its longer side; or for points that lie beside their box
  std::vector<Detection> detect(const Image& photo) const override;
  bool gives_points() const override;
  std::string name() const override { return "boxes"; }

 private:
  std::vector<Detection> faces_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detect/impl/face_detector_inl.hpp>
#endif
