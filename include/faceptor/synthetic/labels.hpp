#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/synthetic/paint.hpp>

namespace faceptor::synthetic {

/// Points in pixels of the photo, and for each whether it is seen (1) or hidden, turned away or outside the photo (0).
struct FacePoints {
  Points points;
  std::vector<std::uint8_t> visible;
};

/// The landmarks of a painted face, in the orders of the schemes in results/landmarks.hpp.
struct FaceLandmarks {
  FacePoints p68;   ///< 300W
  FacePoints p98;   ///< WFLW
  FacePoints p29;   ///< COFW
  FacePoints p19;   ///< AFLW-19
  FacePoints p106;  ///< LaPa: 0-32 contour, 33-50 brows, 51-65 nose, 66-83 eyes, 84-103 mouth, 104 and 105 pupils
};

/// Reads all landmarks off the curves the face was painted with.
FaceLandmarks landmarks_of(const PaintedFace& face, Size picture);

/// Pupils, tip of the nose, corners of the mouth; left and right as seen in the image.
FivePoints five_points_of(const FaceShape& shape) noexcept;

/// The box around the face from the hairline to the chin and from side to side, ears left out.
Box box_of(const FaceShape& shape, const Person& person);

/// CelebA's forty attributes in the order of `results::kCelebaAttributeNames`: 1 yes, 0 no, -1 where the painter draws nothing that
/// would tell (Attractive, Double_Chin, High_Cheekbones, Oval_Face, Pointy_Nose; the hair's shape below a hat).
std::array<std::int8_t, 40> attributes_of(const Person& person, const Appearance& appearance);

}  // namespace faceptor::synthetic
