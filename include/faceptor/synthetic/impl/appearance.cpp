#pragma once

#include <faceptor/synthetic/appearance.hpp>
#include <faceptor/synthetic/impl/person.cpp>

namespace faceptor::synthetic {

FACEPTOR_INLINE Actions Actions::of(Emotion emotion, float k) {
  Actions a;
  switch (emotion) {
    case Emotion::neutral: break;
    case Emotion::happy:
      a.corner = 0.125F * k, a.wide = 0.085F * k, a.open = std::max(0.0F, 0.24F * (k - 0.55F)), a.cheek = k, a.squint = 0.45F * k;
      a.brow_outer = 0.015F * k;
      break;
    case Emotion::sad:
      a.corner = -0.085F * k, a.wide = -0.035F * k, a.brow_inner = 0.10F * k, a.brow_outer = -0.045F * k, a.eye_open = -0.22F * k;
      a.brow_together = 0.35F * k;
      break;
    case Emotion::surprise:
      a.brow_inner = 0.13F * k, a.brow_outer = 0.12F * k, a.eye_open = 0.42F * k, a.open = 0.30F * k, a.wide = -0.10F * k;
      break;
    case Emotion::fear:
      a.brow_inner = 0.14F * k, a.brow_outer = 0.02F * k, a.brow_together = 0.7F * k, a.eye_open = 0.38F * k, a.open = 0.11F * k;
      a.wide = 0.055F * k, a.corner = -0.05F * k;
      break;
    case Emotion::disgust:
      a.brow_inner = -0.065F * k, a.brow_outer = -0.02F * k, a.squint = 0.7F * k, a.eye_open = -0.2F * k, a.nose_wrinkle = k;
      a.upper_lip = 0.065F * k, a.corner = -0.06F * k, a.open = 0.03F * k, a.cheek = 0.4F * k;
      break;
    case Emotion::anger:
      a.brow_inner = -0.115F * k, a.brow_outer = 0.035F * k, a.brow_together = k, a.eye_open = 0.02F * k, a.squint = 0.5F * k;
      a.press = k, a.corner = -0.035F * k, a.nose_wrinkle = 0.3F * k;
      break;
  }
  return a;
}

namespace detail {

FACEPTOR_INLINE Rgb cloth_color(Random& r) {
  constexpr std::array<Rgb, 12> kColors = {Rgb{0.16F, 0.22F, 0.33F}, Rgb{0.88F, 0.86F, 0.82F}, Rgb{0.20F, 0.20F, 0.22F},
                                           Rgb{0.62F, 0.22F, 0.20F}, Rgb{0.24F, 0.42F, 0.42F}, Rgb{0.80F, 0.60F, 0.28F},
                                           Rgb{0.44F, 0.50F, 0.36F}, Rgb{0.55F, 0.62F, 0.72F}, Rgb{0.72F, 0.50F, 0.50F},
                                           Rgb{0.40F, 0.30F, 0.44F}, Rgb{0.70F, 0.70F, 0.68F}, Rgb{0.32F, 0.36F, 0.46F}};
  return kColors[r.integer(std::uint64_t{kColors.size()})] * r.uniform(0.88F, 1.08F);
}

FACEPTOR_INLINE Rgb backdrop_color(Random& r) {
  constexpr std::array<Rgb, 10> kColors = {
      Rgb{0.84F, 0.80F, 0.74F}, Rgb{0.66F, 0.74F, 0.78F}, Rgb{0.78F, 0.70F, 0.66F}, Rgb{0.58F, 0.66F, 0.60F}, Rgb{0.42F, 0.48F, 0.54F},
      Rgb{0.86F, 0.77F, 0.66F}, Rgb{0.62F, 0.60F, 0.70F}, Rgb{0.34F, 0.36F, 0.38F}, Rgb{0.76F, 0.80F, 0.72F}, Rgb{0.80F, 0.66F, 0.60F}};
  return kColors[r.integer(std::uint64_t{kColors.size()})] * r.uniform(0.9F, 1.05F);
}

FACEPTOR_INLINE void draw_worn(Appearance& a, const Person& p, Random& r) {
  const bool grown = p.age >= 18;
  a.glasses = static_cast<Glasses>(r.pick({0.76F, 0.16F + 0.1F * p.wrinkles, 0.07F}));
  a.glasses_shape = static_cast<int>(r.integer(std::uint64_t{3}));
  constexpr std::array<Rgb, 5> kFrames = {Rgb{0.08F, 0.08F, 0.09F}, Rgb{0.30F, 0.17F, 0.09F}, Rgb{0.55F, 0.47F, 0.34F},
                                          Rgb{0.45F, 0.47F, 0.50F}, Rgb{0.20F, 0.24F, 0.36F}};
  a.glasses_color = kFrames[r.integer(std::uint64_t{kFrames.size()})];
  a.hat = static_cast<Hat>(r.pick({0.88F, 0.05F, 0.04F, 0.03F}));
  a.hat_color = cloth_color(r);
  a.facial_hair = static_cast<FacialHair>(p.male && grown ? r.pick({0.46F, 0.2F, 0.07F, 0.1F, 0.17F}) : 0);
  a.makeup = !p.male && grown && r.chance(0.4) ? r.uniform(0.35F, 1) : 0;
  a.lipstick = a.makeup > 0 && r.chance(0.75);
  constexpr std::array<Rgb, 5> kLipsticks = {Rgb{0.72F, 0.10F, 0.16F}, Rgb{0.76F, 0.28F, 0.34F}, Rgb{0.56F, 0.12F, 0.24F},
                                             Rgb{0.80F, 0.36F, 0.30F}, Rgb{0.66F, 0.26F, 0.38F}};
  a.lipstick_color = kLipsticks[r.integer(std::uint64_t{kLipsticks.size()})];
  a.earrings = r.chance(p.male ? 0.03 : 0.3);
  a.necklace = r.chance(p.male ? 0.03 : 0.25);
  a.clothes = static_cast<Clothes>(r.pick({1.3F, 0.9F, 0.9F, p.male && grown ? 0.5F : 0.03F, 0.35F}));
  if (a.clothes == Clothes::turtleneck) a.necklace = false;
  a.clothes_color = cloth_color(r);
}

}  // namespace detail

FACEPTOR_INLINE Appearance Appearance::plain(const Person& person) {
  Appearance a;
  a.light_x = 0;
  a.clothes_color = {0.30F, 0.36F, 0.44F};
  a.backdrop_color = {0.80F, 0.79F, 0.76F};
  a.grain = person.identity;
  return a;
}

FACEPTOR_INLINE Appearance Appearance::draw(std::uint64_t seed, const Person& person, std::uint64_t image) {
  Random r(seed, {detail::kAppearanceStream, person.identity, image});
  Appearance a;
  a.yaw = std::clamp(r.normal(0, 0.24F), -0.5F, 0.5F);
  a.pitch = std::clamp(r.normal(0, 0.09F), -0.25F, 0.25F);
  a.roll = std::clamp(r.normal(0, 0.09F), -0.35F, 0.35F);
  a.emotion = static_cast<Emotion>(r.integer(std::uint64_t{7}));
  a.actions = Actions::of(a.emotion, r.uniform(0.6F, 1));
  a.gaze_x = std::clamp(r.normal(0, 0.3F), -0.8F, 0.8F);
  a.gaze_y = std::clamp(r.normal(0, 0.15F), -0.5F, 0.5F);
  a.light_x = (r.chance(0.5) ? 1.0F : -1.0F) * r.uniform(0.15F, 0.8F);
  a.light_y = -r.uniform(0.2F, 0.65F);
  a.light_softness = r.uniform(0.2F, 0.8F);
  const float warmth = r.normal(0, 1);
  const float brightness = r.uniform(0.88F, 1.06F);
  a.light = Rgb{1 + 0.03F * warmth, 1, 1 - 0.045F * warmth} * brightness;
  detail::draw_worn(a, person, r);
  a.backdrop = static_cast<Backdrop>(r.integer(std::uint64_t{4}));
  a.backdrop_color = detail::backdrop_color(r);
  a.framing = 0.205F * std::exp(std::clamp(r.normal(0, 0.08F), -0.2F, 0.2F));
  a.shift_x = r.normal(0, 0.12F);
  a.shift_y = r.normal(0, 0.1F);
  a.blur = r.chance(0.12) ? r.uniform(0.002F, 0.009F) : 0;
  a.noise = r.chance(0.3) ? r.uniform(0.005F, 0.03F) : 0.003F;
  a.grey = r.chance(0.07);
  a.grain = r.bits64();
  return a;
}

}  // namespace faceptor::synthetic
