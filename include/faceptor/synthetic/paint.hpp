#pragma once

#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/canvas.hpp>
#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/person.hpp>

namespace faceptor::synthetic {

/// The class of every pixel, row by row, painted with the same outlines as the picture but with hard edges: a pixel belongs to
/// what its centre lies in.
struct LabelMaps {
  LabelMaps() = default;
  explicit LabelMaps(Size size);

  Size size;
  /// 19 classes in the order of CelebAMask-HQ: 0 background, 1 neck, 2 skin, 3 cloth, 4 5 ears, 6 7 brows, 8 9 eyes, 10 nose, 11 inner
  /// mouth, 12 lower lip, 13 upper lip, 14 hair, 15 glasses, 16 hat, 17 earrings, 18 necklace. Of two sides, the image's left has the
  /// lower number.
  std::vector<std::uint8_t> celebamask;
  /// 11 classes in the order of LaPa: 0 background, 1 face, 2 3 brows, 4 5 eyes, 6 nose, 7 upper lip, 8 inner mouth, 9 lower lip,
  /// 10 hair. Clear glasses leave what lies behind them; dark ones count as face.
  std::vector<std::uint8_t> lapa;
};

/// The LaPa class of what CelebAMask-HQ calls `celebamask`; only glasses, which LaPa doesn't know, have none of their own (0).
std::uint8_t lapa_class(std::uint8_t celebamask) noexcept;

/// What came out of painting a face.
struct PaintedFace {
  FaceShape shape;
  /// Closed outlines of what hides parts of the face: hair, hat, dark glasses.
  std::vector<Points> covers;
};

/// Fills the whole picture with what stands behind the person.
void paint_backdrop(Canvas& canvas, const Appearance& appearance);

/// Paints a head and shoulders over what is there, and its classes into `labels`.
/// @param center  the pixel of the middle of the face (on the bridge of the nose, a little below the eyes)
/// @param unit    pixels a face unit (half the width of the face)
/// @pre `labels` has the canvas's size
PaintedFace paint_face(Canvas& canvas, LabelMaps& labels, const Person& person, const Appearance& appearance, Point center, float unit);

/// What a camera adds: blur, noise, the loss of colour.
void finish_photo(Canvas& canvas, const Appearance& appearance);

}  // namespace faceptor::synthetic
