#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/synthetic/canvas.hpp>

namespace faceptor::synthetic {

/// How the hair is worn.
enum class HairStyle { bald, buzz, receding, side_part, swept_up, curly, bob, long_straight, long_wavy, fringe, bun };
/// Its colour before it turns grey.
enum class HairTone { black, brown, blond, red };

/// What stays the same from one picture of a person to the next.
///
/// Lengths are in face units: 1 is half the width of an average face at the cheekbones, about 7 cm. Coordinates of a frontal
/// face: x to the image's right, y down, the line of the eyes at y = 0, the middle of the face at x = 0.
struct Person {
  std::uint64_t identity = 0;
  bool male = false;
  float age = 30;  ///< years

  float face_width = 1;      ///< half width at the cheekbones
  float jaw_width = 0.82F;   ///< half width at the angle of the jaw
  float chin_width = 0.34F;  ///< half width of the chin
  float chin_y = 1.5F;       ///< the lowest point of the chin
  float fullness = 0;        ///< 0 lean to 1 full cheeks
  float hairline_y = -0.92F;

  float eye_x = 0.45F;      ///< from the middle to the centre of an eye
  float eye_width = 0.23F;  ///< half width of an eye
  float eye_open = 1;       ///< height of the opening, 1 average
  float eye_tilt = 0.02F;   ///< how much higher the outer corner lies
  float lid_fold = 0.5F;    ///< 0 none (single lid) to 1 deep crease
  float brow_y = -0.33F;
  float brow_arch = 0.06F;
  float brow_thickness = 0.075F;
  float nose_y = 0.62F;  ///< where the nose ends
  float nose_width = 0.25F;
  float nose_height = 1;  ///< how far it stands out, 1 average
  float mouth_y = 0.95F;
  float mouth_width = 0.38F;
  float upper_lip = 0.085F;
  float lower_lip = 0.11F;
  float ear_size = 1;

  Rgb skin;                ///< in full light
  float skin_tone = 0.3F;  ///< 0 lightest to 1 darkest
  float rosiness = 0.3F;
  float freckles = 0;
  Rgb iris;
  HairStyle hair_style = HairStyle::side_part;
  HairTone hair_tone = HairTone::brown;
  Rgb hair;             ///< with the grey of the age
  float greyness = 0;   ///< 0 to 1
  float part_x = 0.3F;  ///< where the hair is parted
  float wrinkles = 0;   ///< 0 to 1, with age

  /// The person of this number: the same one for the same seed.
  static Person draw(std::uint64_t seed, std::uint64_t identity);
};

}  // namespace faceptor::synthetic

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/synthetic/impl/person.cpp>
#endif
