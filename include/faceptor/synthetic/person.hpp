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
/// Features and hair are drawn independently of the tone of the skin, so that none of them tells of the others.
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

/// What a face expresses, in the order of `results::kExpressionNames`.
enum class Emotion { neutral, happy, sad, surprise, fear, disgust, anger };

enum class Glasses { none, clear, sun };
enum class Hat { none, beanie, cap, brimmed };
enum class FacialHair { none, stubble, moustache, goatee, beard };
enum class Clothes { round_neck, v_neck, shirt, shirt_and_tie, turtleneck };
enum class Backdrop { studio, wall, bokeh, outdoors };

/// How far the muscles of an expression pull; all 0 for a neutral face. Lengths in face units, up and outward positive.
struct Actions {
  float brow_inner = 0, brow_outer = 0;
  float brow_together = 0;  ///< 0 to 1
  float eye_open = 0;       ///< added to the opening, 1 = as open as usual
  float squint = 0;         ///< 0 to 1: the lower lid rises
  float corner = 0;         ///< the corners of the mouth
  float wide = 0;           ///< added to the mouth's half width
  float open = 0;           ///< the gap between the lips
  float upper_lip = 0;      ///< the upper lip
  float press = 0;          ///< 0 to 1: lips pressed together
  float nose_wrinkle = 0;   ///< 0 to 1
  float cheek = 0;          ///< 0 to 1: the cheeks rise

  /// @param strength  0 (neutral) to 1 (full)
  static Actions of(Emotion emotion, float strength);
};

/// What changes from one picture of a person to the next.
struct Appearance {
  float yaw = 0;    ///< radians; positive turns the face to the image's right
  float pitch = 0;  ///< radians; positive looks down
  float roll = 0;   ///< radians; positive turns clockwise on screen
  Emotion emotion = Emotion::neutral;
  Actions actions;
  float gaze_x = 0, gaze_y = 0;  ///< -1 to 1

  float light_x = -0.5F, light_y = -0.45F;  ///< where the light comes from: left is negative, above is negative
  float light_softness = 0.5F;              ///< 0 hard to 1 flat
  Rgb light{1, 1, 1};

  Glasses glasses = Glasses::none;
  int glasses_shape = 0;  ///< 0 to 2
  Rgb glasses_color;
  Hat hat = Hat::none;
  Rgb hat_color;
  FacialHair facial_hair = FacialHair::none;
  float makeup = 0;  ///< 0 to 1
  bool lipstick = false;
  Rgb lipstick_color;
  bool earrings = false;
  bool necklace = false;
  Clothes clothes = Clothes::round_neck;
  Rgb clothes_color;
  Backdrop backdrop = Backdrop::studio;
  Rgb backdrop_color;

  float framing = 0.205F;          ///< a face unit over the picture's short side
  float shift_x = 0, shift_y = 0;  ///< of the face from its usual place, in face units
  float blur = 0;                  ///< sigma over the picture's short side
  float noise = 0;                 ///< standard deviation, 0..1
  bool grey = false;               ///< a photo without colour
  std::uint64_t grain = 0;         ///< chooses noise and texture

  /// The picture of this number of a person.
  static Appearance draw(std::uint64_t seed, const Person& person, std::uint64_t image);
  /// Frontal, neutral, evenly lit, nothing worn but plain clothes.
  static Appearance plain(const Person& person);
};

}  // namespace faceptor::synthetic
