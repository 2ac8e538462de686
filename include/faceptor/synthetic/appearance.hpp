#pragma once

#include <cstdint>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/synthetic/person.hpp>

namespace faceptor::synthetic {

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

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/synthetic/impl/appearance.cpp>
#endif
