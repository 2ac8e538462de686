#pragma once

#include <array>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/curve.hpp>
#include <faceptor/synthetic/person.hpp>

/// Where everything of a face lies in a picture. The painter and the landmarks read the same curves, so labels are exact.
namespace faceptor::synthetic {

/// Takes places of a head in face units (z towards the viewer) to pixels.
class HeadPose {
 public:
  HeadPose() = default;
  /// @param center  the pixel of the middle of the face
  /// @param unit    pixels a face unit
  HeadPose(const Appearance& appearance, Point center, float unit);

  /// A place of the head.
  Point at(float x, float y, float z) const noexcept;
  /// A place on the surface of the face, `lift` above it.
  Point surface(float x, float y, float lift = 0) const noexcept;
  /// A place on the outline of the head: what is turned away follows the outline that is seen.
  Point outline(float x, float y, float z) const noexcept;
  /// A place of the body, which turns and leans less than the head.
  Point body(float x, float y) const noexcept;
  /// Whether a place on the face's surface looks at the viewer.
  bool faces_viewer(float x, float y) const noexcept;

  Point center() const noexcept { return center_; }
  float unit() const noexcept { return unit_; }
  float yaw_sine() const noexcept { return sy_; }
  /// Pixels to units along the head's own axes, the middle of the face at (0, 0.2).
  Point to_head(Point pixel) const noexcept;

 private:
  Point place(float x, float y, float z) const noexcept;

  Point center_;
  float unit_ = 1;
  float cy_ = 1, sy_ = 0, cp_ = 1, sp_ = 0, cr_ = 1, sr_ = 0;
  float body_c_ = 1, body_s_ = 0;
};

struct Eye {
  Points upper, lower;                         ///< the edges of the lids, outer to inner corner, both included
  Points fold;                                 ///< the crease above the upper lid, outer to inner
  Points brow_upper, brow_lower, brow_middle;  ///< outer to inner end
  Point iris;
  float iris_radius = 0;  ///< pixels
  Point middle;           ///< of the two corners
  Points ear;             ///< closed outline
  Point lobe;

  /// The closed outline of what is seen of the eyeball.
  Points outline() const;
  Points brow() const;
};

struct FaceShape {
  FaceShape() = default;
  FaceShape(const Person& person, const Appearance& appearance, Point center, float unit);

  HeadPose pose;
  Points contour;           ///< from beside the image-left eye over the chin to the other side
  Points skull;             ///< on from there over the top of the head; with `contour` it closes the face
  std::array<Eye, 2> eyes;  ///< image-left, image-right
  Points bridge;            ///< four places from between the eyes to the tip
  Points nose_base;         ///< five places from the image-left wing to the other
  Points nose;              ///< closed outline
  std::array<Points, 2> nostrils;
  std::array<Points, 2> wings;     ///< the creases around the wings, top to bottom
  Points lip_top, lip_bottom;      ///< the outer edges of the lips, image-left to image-right corner
  Points mouth_top, mouth_bottom;  ///< the inner edges
  float mouth_gap = 0;             ///< between the lips, face units

  Points face() const;
  Points upper_lip() const;
  Points lower_lip() const;
  Points mouth() const;
};

/// Joins lines end to end.
Points joined(std::span<const Point> first, std::span<const Point> second);
Points reversed(Points line);
/// The place a share t (0 to 1) of the way along the points' indices.
Point along(std::span<const Point> line, float t) noexcept;

}  // namespace faceptor::synthetic
