#include <array>

#include <faceptor/synthetic/impl/streams.hpp>
#include <faceptor/synthetic/person.hpp>

namespace faceptor::synthetic {

namespace {

Rgb skin_of_tone(float tone, float undertone) {
  constexpr std::array<Rgb, 7> kTones = {Rgb{0.975F, 0.865F, 0.79F}, Rgb{0.945F, 0.805F, 0.71F}, Rgb{0.885F, 0.725F, 0.605F},
                                         Rgb{0.785F, 0.60F, 0.47F},  Rgb{0.635F, 0.45F, 0.335F}, Rgb{0.475F, 0.305F, 0.21F},
                                         Rgb{0.315F, 0.205F, 0.15F}};
  const float place = std::clamp(tone, 0.0F, 0.9999F) * static_cast<float>(kTones.size() - 1);
  const auto index = static_cast<std::size_t>(place);
  const Rgb skin = mix(kTones[index], kTones[index + 1], place - static_cast<float>(index));
  return {skin.r * (1 + 0.015F * undertone), skin.g, skin.b * (1 - 0.05F * undertone)};
}

void draw_shape(Person& p, Random& r) {
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
  p.nose_width = around(0.25F + 0.025F * man, 0.033F);
  p.nose_height = std::max(0.5F, around(1.0F + 0.08F * man - 0.3F * child, 0.17F));
  p.mouth_y = p.nose_y + around(0.345F - 0.02F * child, 0.022F);
  p.mouth_width = around(0.375F + 0.015F * man - 0.05F * child, 0.026F);
  const float lips = around(1.11F - 0.14F * man, 0.22F) - 0.2F * smoothstep(50, 85, p.age);
  p.upper_lip = std::max(0.04F, 0.092F * lips);
  p.lower_lip = std::max(0.055F, 0.125F * lips);
  p.ear_size = around(1 + 0.06F * smoothstep(50, 85, p.age), 0.07F);
}

void draw_hair(Person& p, Random& r) {
  constexpr std::array<Rgb, 4> kFirst = {Rgb{0.055F, 0.045F, 0.045F}, Rgb{0.20F, 0.12F, 0.075F}, Rgb{0.70F, 0.53F, 0.31F},
                                         Rgb{0.44F, 0.18F, 0.075F}};
  constexpr std::array<Rgb, 4> kSecond = {Rgb{0.12F, 0.09F, 0.08F}, Rgb{0.40F, 0.26F, 0.16F}, Rgb{0.90F, 0.78F, 0.56F},
                                          Rgb{0.66F, 0.32F, 0.14F}};
  p.hair_tone = static_cast<HairTone>(r.pick({0.60F, 0.26F, 0.11F, 0.03F}));
  const auto tone = static_cast<std::size_t>(p.hair_tone);
  const Rgb natural = mix(kFirst[tone], kSecond[tone], static_cast<float>(r.uniform()));
  p.greyness = std::clamp(smoothstep(38, 72, p.age + r.normal(0, 7)) * 1.1F, 0.0F, 1.0F);
  const float silver = r.uniform(0.56F, 0.86F);
  p.hair = mix(natural, {silver, silver * 0.985F, silver * 0.97F}, p.greyness * 0.93F);
  const float old = smoothstep(35, 70, p.age);
  if (p.male) {
    p.hair_style = static_cast<HairStyle>(
        r.pick({0.2F + 1.2F * old, 1.0F, 0.2F + 2 * old, 2.4F, 2.0F * (1 - 0.7F * old), 1.0F, 0.12F, 0.12F, 0.15F, 0.25F, 0.05F}));
  } else {
    p.hair_style = static_cast<HairStyle>(r.pick({0.01F, 0.04F, 0.0F, 0.5F + 0.8F * old, 0.15F, 0.9F, 1.5F, 1.7F, 1.7F, 1.4F, 1.1F}));
  }
  p.part_x = (r.chance(0.5) ? 1.0F : -1.0F) * r.uniform(0.12F, 0.42F);
}

}  // namespace

Person Person::draw(std::uint64_t seed, std::uint64_t identity) {
  Random r(seed, {detail::kPersonStream, identity});
  Person p;
  p.identity = identity;
  p.male = r.chance(0.5);
  p.age = std::floor(r.chance(0.12) ? r.uniform(6, 18) : r.chance(0.6) ? r.uniform(18, 45) : r.uniform(45, 86));
  p.skin_tone = r.uniform(0, 1);
  p.skin = skin_of_tone(p.skin_tone, r.normal(0, 1));
  p.rosiness = r.uniform(0.15F, 0.75F);
  p.freckles = p.skin_tone < 0.35F && r.chance(0.2) ? r.uniform(0.3F, 1) : 0;
  const Rgb brown = mix(Rgb{0.17F, 0.095F, 0.05F}, Rgb{0.40F, 0.24F, 0.12F}, static_cast<float>(r.uniform()));
  const std::size_t iris = r.pick({0.75F, 0.12F, 0.07F, 0.06F});
  p.iris = iris == 0 ? brown : iris == 1 ? Rgb{0.34F, 0.50F, 0.64F} : iris == 2 ? Rgb{0.38F, 0.48F, 0.28F} : Rgb{0.48F, 0.52F, 0.54F};
  p.wrinkles = smoothstep(34, 80, p.age);
  draw_shape(p, r);
  draw_hair(p, r);
  return p;
}

Actions Actions::of(Emotion emotion, float k) {
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

namespace {

Rgb cloth_color(Random& r) {
  constexpr std::array<Rgb, 12> kColors = {Rgb{0.16F, 0.22F, 0.33F}, Rgb{0.88F, 0.86F, 0.82F}, Rgb{0.20F, 0.20F, 0.22F},
                                           Rgb{0.62F, 0.22F, 0.20F}, Rgb{0.24F, 0.42F, 0.42F}, Rgb{0.80F, 0.60F, 0.28F},
                                           Rgb{0.44F, 0.50F, 0.36F}, Rgb{0.55F, 0.62F, 0.72F}, Rgb{0.72F, 0.50F, 0.50F},
                                           Rgb{0.40F, 0.30F, 0.44F}, Rgb{0.70F, 0.70F, 0.68F}, Rgb{0.32F, 0.36F, 0.46F}};
  return kColors[r.integer(std::uint64_t{kColors.size()})] * r.uniform(0.88F, 1.08F);
}

Rgb any_backdrop(Random& r) {
  constexpr std::array<Rgb, 10> kColors = {
      Rgb{0.84F, 0.80F, 0.74F}, Rgb{0.66F, 0.74F, 0.78F}, Rgb{0.78F, 0.70F, 0.66F}, Rgb{0.58F, 0.66F, 0.60F}, Rgb{0.42F, 0.48F, 0.54F},
      Rgb{0.86F, 0.77F, 0.66F}, Rgb{0.62F, 0.60F, 0.70F}, Rgb{0.34F, 0.36F, 0.38F}, Rgb{0.76F, 0.80F, 0.72F}, Rgb{0.80F, 0.66F, 0.60F}};
  return kColors[r.integer(std::uint64_t{kColors.size()})] * r.uniform(0.9F, 1.05F);
}

void draw_worn(Appearance& a, const Person& p, Random& r) {
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

}  // namespace

Appearance Appearance::plain(const Person& person) {
  Appearance a;
  a.light_x = 0;
  a.clothes_color = {0.30F, 0.36F, 0.44F};
  a.backdrop_color = {0.80F, 0.79F, 0.76F};
  a.grain = person.identity;
  return a;
}

Appearance Appearance::draw(std::uint64_t seed, const Person& person, std::uint64_t image) {
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
  draw_worn(a, person, r);
  a.backdrop = static_cast<Backdrop>(r.integer(std::uint64_t{4}));
  a.backdrop_color = any_backdrop(r);
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
