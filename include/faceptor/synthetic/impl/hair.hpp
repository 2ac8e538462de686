#pragma once

#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/impl/face_lines.hpp>
#include <faceptor/synthetic/impl/brush.hpp>

namespace faceptor::synthetic::detail {

/// How a style lies around the head.
struct HairCut {
  float volume = 0.1F;  ///< how far it stands off the skull
  float top = 0.1F;     ///< the same at the top
  float side_y = 0.1F;  ///< where the sides end, before the ears
  float back_y = 0;     ///< where the hair behind the neck ends; nothing there at 0
  float wave = 0;       ///< 0 straight to 1 wavy
  float curl = 0;       ///< 0 to 1 in ringlets
  float fringe = 0;     ///< 0 none to 1 over the forehead
  float density = 1;
  bool over_ears = false;
};

inline HairCut cut_of(const Person& p, const Appearance& look) {
  HairCut c;
  switch (p.hair_style) {
    case HairStyle::bald: c = {.volume = 0, .top = 0, .side_y = 0, .density = 0}; break;
    case HairStyle::buzz: c = {.volume = 0.025F, .top = 0.03F, .side_y = 0.02F, .density = 0.85F}; break;
    case HairStyle::receding: c = {.volume = 0.06F, .top = 0.03F, .side_y = 0.1F, .density = 0.9F}; break;
    case HairStyle::side_part: c = {.volume = p.male ? 0.07F : 0.1F, .top = 0.17F, .side_y = p.male ? 0.10F : 0.3F, .fringe = 0.12F}; break;
    case HairStyle::swept_up: c = {.volume = 0.06F, .top = 0.33F, .side_y = 0.08F}; break;
    case HairStyle::curly:
      c = {.volume = p.male ? 0.17F : 0.42F,
           .top = p.male ? 0.24F : 0.42F,
           .side_y = p.male ? 0.0F : 0.75F,
           .back_y = p.male ? 0 : 1.15F,
           .curl = 1,
           .over_ears = !p.male};
      break;
    case HairStyle::bob: c = {.volume = 0.19F, .top = 0.16F, .side_y = 1.18F, .back_y = 1.25F, .wave = 0.15F, .over_ears = true}; break;
    case HairStyle::long_straight: c = {.volume = 0.13F, .top = 0.13F, .side_y = 3.1F, .back_y = 2.8F, .over_ears = true}; break;
    case HairStyle::long_wavy: c = {.volume = 0.2F, .top = 0.18F, .side_y = 3.0F, .back_y = 2.7F, .wave = 1, .over_ears = true}; break;
    case HairStyle::fringe:
      c = {.volume = 0.14F, .top = 0.15F, .side_y = p.male ? 0.45F : 1.7F, .back_y = p.male ? 0 : 2.1F, .fringe = 1, .over_ears = true};
      break;
    case HairStyle::bun: c = {.volume = 0.05F, .top = 0.08F, .side_y = 0.05F}; break;
  }
  if (look.hat != Hat::none) c.volume = std::min(c.volume, 0.15F), c.top = std::min(c.top, 0.08F), c.fringe *= 0.8F;
  return c;
}

inline bool covers_ears(const Person& person) { return cut_of(person, Appearance{}).over_ears; }

// A place of the hair's outline: hair that hangs follows the body more than the head.
inline Point drape(const HeadPose& pose, float x, float y) {
  const Point head = pose.outline(x, std::min(y, 1.2F), -0.15F), body = pose.body(x, y);
  const float t = smoothstep(0.5F, 1.9F, y);
  const Point down = y > 1.2F ? pose.body(x, y) : head;
  const Point base = y > 1.2F ? Point{head.x + (down.x - pose.body(x, 1.2F).x), head.y + (down.y - pose.body(x, 1.2F).y)} : head;
  return {mix(base.x, body.x, t), mix(base.y, body.y, t)};
}

// A place of the hairline: on the forehead in the middle, on the outline of the head at the sides.
inline Point hairline(const HeadPose& pose, float x, float y) {
  const Point front = pose.surface(x, y, 0.03F), side = drape(pose, x, y);
  const float t = smoothstep(0.55F, 0.96F, std::abs(x));
  return {mix(front.x, side.x, t), mix(front.y, side.y, t)};
}

inline void paint_hair(Brush& b, const Mask& mask, const HairCut& cut, float brightness) {
  const Person& p = b.person;
  const HeadPose& pose = b.shape.pose;
  const auto seed = static_cast<std::uint32_t>(p.identity * 31 + 3);
  const float lx = b.look.light_x, ly = b.look.light_y;
  const float part = p.hair_style == HairStyle::bun || p.hair_style == HairStyle::swept_up ? 0.0F : p.part_x;
  const float shift = 0.3F * pose.yaw_sine();
  const Rgb gloss = mix(p.hair * 1.7F, Rgb{0.84F, 0.84F, 0.86F}, 0.26F + 0.1F * p.greyness);
  b.canvas.fill(mask, 1, [&](int x, int y) {
    const Point q = pose.to_head({static_cast<float>(x), static_cast<float>(y)});
    float dx = q.x - part - shift;
    const float dy = q.y + 1.46F + cut.top;
    float streak = 0, band = 0;
    if (cut.curl > 0) {
      const float wobble = value_noise(q.x * 5, q.y * 5, seed);
      const float a = value_noise(q.x * 11 + 3 * wobble, q.y * 11 - 2 * wobble, seed + 1),
                  c = value_noise(q.x * 25 + 4 * wobble, q.y * 25, seed + 2);
      const float rings = 0.5F + 0.5F * std::sin(13 * (a + 0.5F * c));
      streak = mix(0.40F * a + 0.38F * c + 0.20F * rings, 0.55F, 0.35F * p.greyness);
      band = 0.30F * smoothstep(0.35F, 1.0F, rings) * smoothstep(0.4F, -1.2F, q.y);
    } else {
      dx += cut.wave * 0.09F * std::sin(dy * 5.2F + 2.2F * value_noise(q.x * 1.6F, q.y * 0.7F, seed)) * smoothstep(0.4F, 1.4F, dy);
      // Strands leave the parting sideways and fall as parabolas do.
      const float s = dx / std::sqrt(0.10F + std::max(0.0F, dy + 0.12F * std::abs(dx)));
      const float t = dy + 0.35F * std::abs(dx);
      streak = 0.38F * value_noise(s * 9, t * 0.7F, seed) + 0.34F * value_noise(s * 24 + 9, t * 1.1F, seed + 1) +
               0.28F * value_noise(s * 58, t * 1.7F, seed + 2);
      const float ring = t - 0.52F - 0.12F * value_noise(s * 7, 1, seed + 3);
      band = std::exp(-ring * ring / 0.03F) + 0.35F * cut.wave * smoothstep(0.3F, 1, std::sin(dy * 5.2F + 2));
    }
    const float nx = (q.x - shift) / 1.35F, ny = (q.y + 0.35F) / 1.7F;
    const float lit = 0.55F + 0.42F * (nx * lx + ny * ly) + 0.25F * (1 - std::min(1.0F, nx * nx + ny * ny));
    const Rgb base = p.hair * (brightness * mix(0.42F, 1.15F, std::clamp(lit, 0.0F, 1.0F)) * mix(0.55F, 1.45F, streak));
    return mix(base, gloss * brightness,
               std::clamp(band * (0.12F + 0.42F * streak) * std::clamp(lit + 0.1F, 0.0F, 1.0F) * 0.8F, 0.0F, 0.6F)) *
           b.look.light;
  });
}

// Curls make a bumpy outline.
inline Points ruffled(const Points& outline, const Brush& b, float amount) {
  if (amount <= 0) return outline;
  const Point c = b.shape.pose.center();
  Points result = outline;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const float dx = result[i].x - c.x, dy = result[i].y - c.y;
    const float n = value_noise(std::atan2(dy, dx) * 5.5F + 50, 1, static_cast<std::uint32_t>(b.person.identity + 77)) +
                    0.5F * value_noise(std::atan2(dy, dx) * 13 + 90, 2, static_cast<std::uint32_t>(b.person.identity));
    const float k = 1 + amount * 0.11F * (n - 0.75F);
    result[i] = {c.x + dx * k, c.y + dy * k};
  }
  return result;
}

// The outside of the hair from the image-right side over the top to the other.
inline Points hair_outside(const Brush& b, const HairCut& c, float end_y) {
  const HeadPose& pose = b.shape.pose;
  const float w = b.person.face_width, v = c.volume, lift = b.person.hair_style == HairStyle::swept_up ? 0.10F * b.person.part_x : 0.0F;
  Points right, left;
  for (const float side : {1.0F, -1.0F}) {
    Points& line = side > 0 ? right : left;
    const float uneven = 1 + 0.16F * side * (b.person.part_x > 0 ? -1.0F : 1.0F);
    if (end_y > 0.6F) {
      const float flare = 0.10F + 0.5F * v;
      line.push_back(drape(pose, side * (w + v * 0.35F + 0.1F * c.wave), end_y));
      line.push_back(drape(pose, side * (w + v + flare * 0.9F), mix(0.6F, end_y, 0.62F)));
      line.push_back(drape(pose, side * (w + v + flare * 0.55F), 0.6F));
    } else {
      line.push_back(drape(pose, side * (w + 0.4F * v), end_y));
    }
    line.push_back(drape(pose, side * (w * 1.015F + v), -0.25F));
    line.push_back(drape(pose, side * (w * 0.985F + v * 1.05F), -0.7F));
    line.push_back(drape(pose, side * (w * 0.83F + v * 0.9F), -1.12F - 0.35F * c.top * uneven));
    line.push_back(drape(pose, side * (w * 0.48F + v * 0.5F), -1.40F - 0.85F * c.top * uneven + lift * side));
  }
  right.push_back(drape(pose, 0, -1.51F - c.top));
  Points line = joined(right, reversed(left));
  return spline(line, 8);
}

inline void paint_back_hair(Brush& b) {
  const HairCut cut = cut_of(b.person, b.look);
  const HeadPose& pose = b.shape.pose;
  if (b.person.hair_style == HairStyle::bun && b.look.hat == Hat::none) {
    const Point top = pose.outline(0.03F, -1.72F, -0.3F);
    const Points bun = ellipse(top, 0.36F * b.unit(), 0.31F * b.unit());
    paint_hair(b, b.mask(bun), {.wave = 0.6F}, 0.85F);
    b.label(bun, kHair);
  }
  if (cut.back_y <= 0) return;
  Points outline = hair_outside(b, cut, cut.back_y);
  const float w = b.person.face_width + cut.volume;
  Points bottom = {outline.back()};
  for (const float x : {-0.88F, -0.6F, 0.0F, 0.6F, 0.88F}) bottom.push_back(drape(pose, x * w, cut.back_y + 0.09F - 0.07F * x * x));
  bottom.push_back(outline.front());
  outline = joined(outline, spline(bottom, 6));
  outline = ruffled(outline, b, cut.curl);
  paint_hair(b, b.mask(outline), cut, 0.62F);
  b.label(outline, kHair);
}

inline Points front_hairline(const Brush& b, const HairCut& c) {
  const Person& p = b.person;
  const HeadPose& pose = b.shape.pose;
  const float w = p.face_width, high = p.hairline_y - (p.hair_style == HairStyle::receding ? 0.16F : 0.0F);
  const float away = p.part_x > 0 ? -1.0F : 1.0F;  // the side that the hair is combed to
  Points right, left;
  for (const float side : {1.0F, -1.0F}) {
    Points& line = side > 0 ? right : left;
    const bool swept = side == away;
    // On the side turned away the hair beside the face is seen on edge.
    const float seen = 1 - std::clamp(2.6F * side * pose.yaw_sine(), 0.0F, 0.85F);
    if (c.side_y > 0.6F) {
      line.push_back(drape(pose, side * w * (c.side_y > 1.4F ? 0.93F : 1.02F), c.side_y + 0.06F));
      line.push_back(drape(pose, side * w * (c.side_y > 1.4F ? 0.86F : 1.0F), mix(0.5F, c.side_y, 0.6F)));
      line.push_back(drape(pose, side * w * 0.965F, 0.55F));
    } else if (c.over_ears) {
      line.push_back(drape(pose, side * w * 0.94F, c.side_y));
    } else {
      line.push_back(drape(pose, side * (w - 0.075F * seen), c.side_y));
    }
    line.push_back(hairline(pose, side * w * (1 - 0.075F * seen), -0.05F));
    if (c.fringe > 0.5F) {
      line.push_back(hairline(pose, side * 0.86F, -0.27F));
      line.push_back(hairline(pose, side * 0.55F, p.brow_y - 0.05F + (swept ? 0.03F : -0.03F)));
      line.push_back(hairline(pose, side * 0.2F, p.brow_y - 0.08F + (swept ? 0.02F : -0.02F)));
    } else if (p.hair_style == HairStyle::receding) {
      line.push_back(hairline(pose, side * 0.87F, -0.5F));
      line.push_back(hairline(pose, side * 0.70F, -0.98F));
      line.push_back(hairline(pose, side * 0.42F, high - 0.16F));
    } else if (c.over_ears && c.curl == 0) {
      line.push_back(hairline(pose, side * (swept ? 0.85F : 0.88F), -0.36F));
      line.push_back(hairline(pose, side * (swept ? 0.64F : 0.72F), swept ? -0.66F : -0.62F));
    } else {
      line.push_back(hairline(pose, side * (0.93F - 0.085F * seen), -0.36F));
      line.push_back(hairline(pose, side * 0.735F, high + 0.27F));
      line.push_back(hairline(pose, side * 0.47F, high + 0.02F + (swept ? c.fringe : -0.02F)));
    }
  }
  if (c.fringe > 0.5F) {
    right.push_back(hairline(pose, 0.0F, p.brow_y - 0.085F));
  } else if (c.over_ears && c.curl == 0) {
    right.push_back(hairline(pose, p.part_x, high - 0.03F));
  } else {
    right.push_back(hairline(pose, 0, high));
  }
  return spline(joined(right, reversed(left)), 8);
}

inline void paint_front_hair(Brush& b) {
  const HairCut cut = cut_of(b.person, b.look);
  if (cut.density == 0) return;
  Points outline =
      joined(ruffled(hair_outside(b, cut, cut.side_y), b, cut.curl), reversed(ruffled(front_hairline(b, cut), b, 0.5F * cut.curl)));
  const Mask hair = b.mask(outline);
  // Its shadow on the forehead and cheeks.
  const Points face = b.shape.face();
  const float dx = -0.05F * b.unit() * b.look.light_x, dy = 0.055F * b.unit();
  Points shadow = outline;
  for (auto& q : shadow) q = {q.x + dx, q.y + dy};
  b.canvas.multiply(b.soft(shadow, 0.045F).within(b.mask(face)), {0.62F, 0.48F, 0.44F},
                    b.person.hair_style == HairStyle::buzz ? 0.25F : 0.6F);
  const bool thin = b.person.hair_style == HairStyle::buzz || b.person.hair_style == HairStyle::receding;
  paint_hair(b, hair.blurred((thin ? 0.03F : 0.012F) * b.unit(), b.size()), cut, thin ? 0.9F : 1.0F);
  b.label(outline, kHair);
  b.covers.push_back(outline);
}

inline void paint_facial_hair(Brush& b, const Mask& face) {
  const Person& p = b.person;
  const FaceShape& s = b.shape;
  const HeadPose& pose = s.pose;
  const float half = p.mouth_width + b.look.actions.wide, drop = 0.2F * b.look.actions.open;
  const float under_nose = p.nose_y + 0.085F;
  const FacialHair kind = b.look.facial_hair;
  Mask area;
  const auto moustache = [&] {
    Points line;
    for (const float x : {-1.0F, -0.62F, -0.18F, 0.0F, 0.18F, 0.62F, 1.0F}) {
      line.push_back(pose.surface(x * (half + 0.06F),
                                  mix(under_nose, p.mouth_y - p.upper_lip, 0.45F) + 0.13F * x * x + (x == 0 ? -0.005F : 0.0F), 0.09F));
    }
    return b.soft(stroke(spline(line, 6), [&](float t) { return b.unit() * 0.19F * bow(std::clamp(t, 0.02F, 0.98F), 0.4F); }), 0.018F);
  };
  if (kind == FacialHair::beard || kind == FacialHair::stubble) {
    const std::size_t count = s.contour.size();
    Points outline(s.contour.begin() + static_cast<std::ptrdiff_t>(count / 12), s.contour.end() - static_cast<std::ptrdiff_t>(count / 12));
    Points cheeks;
    for (const float side : {1.0F, -1.0F}) {
      Points line = {pose.outline(side * p.face_width * 0.985F, 0.12F, 0),
                     hairline(pose, side * 0.84F, 0.36F),
                     pose.surface(side * 0.74F, 0.60F),
                     pose.surface(side * 0.58F, 0.77F),
                     pose.surface(side * (half + 0.07F), p.mouth_y - 0.16F),
                     pose.surface(side * 0.24F, under_nose + 0.01F)};
      if (side < 0) line = reversed(line);
      cheeks = joined(cheeks, line);
    }
    area = b.soft(joined(outline, spline(cheeks, 6)), 0.045F);
    if (kind == FacialHair::beard) area = area.joined(moustache());
  } else if (kind == FacialHair::goatee) {
    Points ring;
    const float low = p.chin_y + drop;
    const std::array<Point, 8> places = {Point{-half - 0.06F, p.mouth_y - 0.04F},   Point{-half + 0.02F, mix(p.mouth_y, low, 0.45F)},
                                         Point{-0.24F, mix(p.mouth_y, low, 0.85F)}, Point{0, low + 0.02F},
                                         Point{0.24F, mix(p.mouth_y, low, 0.85F)},  Point{half - 0.02F, mix(p.mouth_y, low, 0.45F)},
                                         Point{half + 0.06F, p.mouth_y - 0.04F},    Point{0, p.mouth_y + 0.10F}};
    for (const auto& q : places) ring.push_back(pose.surface(q.x, q.y, -0.02F));
    area = b.soft(closed_spline(ring, 6), 0.03F).joined(moustache());
  } else {
    area = moustache();
  }
  area = area.within(face);
  const Rgb hair = mix(p.hair, Rgb{0.12F, 0.09F, 0.08F}, 0.3F - 0.28F * p.greyness);
  const auto seed = static_cast<std::uint32_t>(p.identity * 13 + 1);
  const float density = kind == FacialHair::stubble ? 0.42F : 0.93F;
  b.canvas.fill(area, density, [&](int x, int y) {
    const Point q = pose.to_head({static_cast<float>(x), static_cast<float>(y)});
    const float lean = 0.35F * q.x;
    const float grain =
        0.6F * value_noise((q.x - lean * q.y) * 34, q.y * 9, seed) + 0.4F * value_noise((q.x - lean * q.y) * 60, q.y * 16, seed + 1);
    const float nx = q.x / 1.1F;
    const float lit = 0.62F + 0.3F * nx * b.look.light_x;
    const Rgb strand = hair * (lit * mix(0.55F, 1.5F, grain)) * b.look.light;
    return kind == FacialHair::stubble ? mix(strand, b.skin(0.3F), 0.35F) : strand;
  });
}

}  // namespace faceptor::synthetic::detail
