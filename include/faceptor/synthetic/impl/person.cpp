#pragma once

#include <array>

#include <faceptor/synthetic/person.hpp>

namespace faceptor::synthetic {

namespace detail {

/// Sub-streams of a seed; new ones go to the end, so that old pictures stay as they are.
enum Stream : std::uint64_t { kPersonStream = 1, kAppearanceStream = 2, kGrainStream = 3, kSceneStream = 4 };

FACEPTOR_INLINE Rgb skin_of_tone(float tone, float undertone) {
  constexpr std::array<Rgb, 7> kTones = {Rgb{0.975F, 0.865F, 0.79F}, Rgb{0.945F, 0.805F, 0.71F}, Rgb{0.885F, 0.725F, 0.605F},
                                         Rgb{0.785F, 0.60F, 0.47F},  Rgb{0.635F, 0.45F, 0.335F}, Rgb{0.475F, 0.305F, 0.21F},
                                         Rgb{0.315F, 0.205F, 0.15F}};
  const float place = std::clamp(tone, 0.0F, 0.9999F) * static_cast<float>(kTones.size() - 1);
  const auto index = static_cast<std::size_t>(place);
  const Rgb skin = mix(kTones[index], kTones[index + 1], place - static_cast<float>(index));
  return {skin.r * (1 + 0.015F * undertone), skin.g, skin.b * (1 - 0.05F * undertone)};
}

FACEPTOR_INLINE void draw_shape(Person& p, Random& r) {
  const float man = p.male ? 1.0F : 0.0F;
  const float child = 1 - smoothstep(7, 17, p.age);
  const auto around = [&](float mean, float deviation) { return mean + deviation * std::clamp(r.normal(0, 1), -2.2F, 2.2F); };
  p.fullness = std::clamp(around(0.35F + 0.3F * child, 0.25F), 0.0F, 1.0F);
  p.face_width = around(0.985F + 0.02F * man + 0.02F * child, 0.03F) + 0.03F * p.fullness;
  p.jaw_width = around(0.775F + 0.055F * man, 0.03F) + 0.06F * p.fullness;
  p.chin_width = around(0.31F + 0.06F * man, 0.03F) + 0.02F * p.fullness;
  p.chin_y = around(1.50F + 0.06F * man - 0.17F * child, 0.05F);
  p.hairline_y = around(-0.90F, 0.05F);
  p.eye_x = around(0.445F, 0.018F);
  p.eye_width = around(0.225F - 0.006F * man + 0.025F * child, 0.011F);
  p.eye_open = around(1.02F - 0.08F * man + 0.22F * child, 0.13F);
  p.eye_tilt = around(0.02F, 0.018F);
  p.lid_fold = std::clamp(around(0.55F, 0.35F), 0.0F, 1.0F);
  p.brow_y = around(-0.335F + 0.035F * man - 0.01F * child, 0.028F);
  p.brow_arch = std::max(0.01F, around(0.07F - 0.03F * man, 0.022F));
  p.brow_thickness = std::max(0.035F, around(0.070F + 0.024F * man - 0.012F * child, 0.014F));
  p.nose_y = around(0.60F + 0.025F * man - 0.08F * child, 0.035F);
  p.nose_width = around(0.225F + 0.025F * man, 0.022F) + 0.05F * smoothstep(0.45F, 1, p.skin_tone);
  p.nose_height = std::max(0.5F, around(1.0F + 0.08F * man - 0.3F * child, 0.17F));
  p.mouth_y = p.nose_y + around(0.345F - 0.02F * child, 0.022F);
  p.mouth_width = around(0.375F + 0.015F * man - 0.05F * child, 0.026F);
  const float lips = around(1.0F - 0.14F * man, 0.17F) + 0.22F * smoothstep(0.45F, 1, p.skin_tone) - 0.2F * smoothstep(50, 85, p.age);
  p.upper_lip = std::max(0.04F, 0.092F * lips);
  p.lower_lip = std::max(0.055F, 0.125F * lips);
  p.ear_size = around(1 + 0.06F * smoothstep(50, 85, p.age), 0.07F);
}

FACEPTOR_INLINE void draw_hair(Person& p, Random& r) {
  const float dark = smoothstep(0.3F, 0.6F, p.skin_tone);
  constexpr std::array<Rgb, 4> kFirst = {Rgb{0.055F, 0.045F, 0.045F}, Rgb{0.20F, 0.12F, 0.075F}, Rgb{0.70F, 0.53F, 0.31F},
                                         Rgb{0.44F, 0.18F, 0.075F}};
  constexpr std::array<Rgb, 4> kSecond = {Rgb{0.12F, 0.09F, 0.08F}, Rgb{0.40F, 0.26F, 0.16F}, Rgb{0.90F, 0.78F, 0.56F},
                                          Rgb{0.66F, 0.32F, 0.14F}};
  p.hair_tone = static_cast<HairTone>(r.pick({0.25F + 2 * dark, 0.42F, 0.27F * (1 - dark), 0.08F * (1 - dark)}));
  const auto tone = static_cast<std::size_t>(p.hair_tone);
  const Rgb natural = mix(kFirst[tone], kSecond[tone], static_cast<float>(r.uniform()));
  p.greyness = std::clamp(smoothstep(38, 72, p.age + r.normal(0, 7)) * 1.1F, 0.0F, 1.0F);
  const float silver = r.uniform(0.56F, 0.86F);
  p.hair = mix(natural, {silver, silver * 0.985F, silver * 0.97F}, p.greyness * 0.93F);
  const float old = smoothstep(35, 70, p.age);
  const float curls = 0.6F + 2.2F * smoothstep(0.55F, 0.85F, p.skin_tone);
  if (p.male) {
    p.hair_style = static_cast<HairStyle>(
        r.pick({0.2F + 1.2F * old, 1.0F, 0.2F + 2 * old, 2.4F, 2.0F * (1 - 0.7F * old), 0.8F * curls, 0.12F, 0.12F, 0.15F, 0.25F, 0.05F}));
  } else {
    p.hair_style =
        static_cast<HairStyle>(r.pick({0.01F, 0.04F, 0.0F, 0.5F + 0.8F * old, 0.15F, 0.7F * curls, 1.5F, 1.7F, 1.7F, 1.4F, 1.1F}));
  }
  p.part_x = (r.chance(0.5) ? 1.0F : -1.0F) * r.uniform(0.12F, 0.42F);
}

}  // namespace detail

FACEPTOR_INLINE Person Person::draw(std::uint64_t seed, std::uint64_t identity) {
  Random r(seed, {detail::kPersonStream, identity});
  Person p;
  p.identity = identity;
  p.male = r.chance(0.5);
  p.age = std::floor(r.chance(0.12) ? r.uniform(6, 18) : r.chance(0.6) ? r.uniform(18, 45) : r.uniform(45, 86));
  p.skin_tone = r.uniform(0, 1);
  p.skin = detail::skin_of_tone(p.skin_tone, r.normal(0, 1));
  p.rosiness = r.uniform(0.15F, 0.75F);
  p.freckles = p.skin_tone < 0.35F && r.chance(0.2) ? r.uniform(0.3F, 1) : 0;
  const float dark = smoothstep(0.3F, 0.55F, p.skin_tone);
  const Rgb brown = mix(Rgb{0.17F, 0.095F, 0.05F}, Rgb{0.40F, 0.24F, 0.12F}, static_cast<float>(r.uniform()) * (1 - 0.6F * dark));
  const std::size_t iris = r.pick({1.0F + 6 * dark, 0.75F, 0.4F, 0.35F});
  p.iris = iris == 0 ? brown : iris == 1 ? Rgb{0.34F, 0.50F, 0.64F} : iris == 2 ? Rgb{0.38F, 0.48F, 0.28F} : Rgb{0.48F, 0.52F, 0.54F};
  p.wrinkles = smoothstep(34, 80, p.age);
  detail::draw_shape(p, r);
  detail::draw_hair(p, r);
  return p;
}

}  // namespace faceptor::synthetic
