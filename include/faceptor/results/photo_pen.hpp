#pragma once

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/draw.hpp>

/// What a result draws with on the photo of its face.
///
/// A result type that is to be seen on photos has a function beside it, which `draw` (draw.hpp) calls for each face:
///
///     void draw_on(faceptor::PhotoPen& pen, const Pose& pose) {  // where the nose points to; angles in radians
///       const auto nose = pen.face().center();
///       const float reach = 0.5F * pen.face().width();
///       pen.line(nose, {nose.x + reach * std::sin(pose.yaw), nose.y - reach * std::sin(pose.pitch)});
///     }
///
/// Results are in photo pixels, and the canvas holds the photo at another size: `at` leads from one to the other, and the canvas draws
/// whatever `line` and `dot` don't.
namespace faceptor {

class PhotoPen {
 public:
  /// @param canvas   the photo at any size; must outlive the pen
  /// @param face     the face's box, in photo pixels; need not be valid
  /// @param zoom     canvas pixels of one photo pixel, across and down
  /// @param unit     canvas pixels of one design unit: text is easy to read at 12 of them
  /// @param opacity  how much areas should cover of the photo, 0 to 1
  explicit PhotoPen(Image& canvas, const Box& face = {}, Color accent = {88, 196, 221}, CanvasPoint zoom = {1, 1}, float unit = 1,
                    float opacity = 0.42F)
      : canvas_(canvas), face_(face), accent_(accent), zoom_(zoom), unit_(unit), opacity_(opacity) {}

  /// The enlarged or shrunk photo; everything drawn on it is cut at its edges.
  Canvas& canvas() noexcept { return canvas_; }
  /// Where a place of the photo is on the canvas.
  CanvasPoint at(Point photo) const noexcept { return {(photo.x + 0.5F) * zoom_.x - 0.5F, (photo.y + 0.5F) * zoom_.y - 0.5F}; }
  CanvasRect at(const Box& photo) const noexcept;

  /// The face's box in photo pixels.
  const Box& face() const noexcept { return face_; }
  /// The face's box on the canvas.
  CanvasRect box() const noexcept { return at(face_); }
  /// The face's colour, that of its box and card.
  Color accent() const noexcept { return accent_; }
  /// How thick a line on this face should be, in canvas pixels: a share of the face's side, 1 to 4.
  float stroke() const noexcept;
  float unit() const noexcept { return unit_; }
  float opacity() const noexcept { return opacity_; }

  /// A line between two places of the photo, in the face's colour, with a dark rim that keeps it visible on bright skin.
  void line(Point from, Point to) { line(from, to, accent_); }
  void line(Point from, Point to, Color color);
  /// A dot at a place of the photo, likewise. @param strokes  its radius in strokes @param sure  0 to 1: how opaque it is
  void dot(Point photo, float strokes = 1.8F, float sure = 1);

 private:
  Canvas canvas_;
  Box face_;
  Color accent_;
  CanvasPoint zoom_;
  float unit_, opacity_;
};

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/results/impl/photo_pen_inl.hpp>
#endif
