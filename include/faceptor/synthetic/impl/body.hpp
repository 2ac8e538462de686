#pragma once

#include <faceptor/synthetic/impl/brush.hpp>

namespace faceptor::synthetic::detail {

inline Points body_line(const Brush& b, std::initializer_list<Point> places, float scale_x) {
  Points result;
  for (const auto& q : places) result.push_back(b.shape.pose.body(q.x * scale_x, q.y));
  return result;
}

// Soft folds: lighter on the side of the light, darker below the chin.
inline void paint_cloth(Brush& b, const Points& outline, Rgb color) {
  const HeadPose& pose = b.shape.pose;
  const auto seed = static_cast<std::uint32_t>(b.look.grain);
  b.canvas.fill(b.mask(outline), 1, [&](int x, int y) {
    const Point q = pose.to_head({static_cast<float>(x), static_cast<float>(y)});
    const float folds = value_noise(q.x * 1.7F + 0.6F * q.y, q.y * 1.1F, seed) - 0.5F;
    const float weave = value_noise(q.x * 60, q.y * 60, seed + 1) - 0.5F;
    const float light = 0.74F + 0.10F * q.x * b.look.light_x + 0.16F * folds + 0.05F * weave -
                        0.25F * std::exp(-q.x * q.x * 1.2F) * smoothstep(2.9F, 1.8F, q.y);
    return b.lit(color, light);
  });
  b.label(outline, kCloth);
}

inline void paint_neck(Brush& b, float width, float shoulders) {
  const Points outline = joined(spline(Points{b.shape.pose.outline(-width, 0.75F, -0.1F), b.shape.pose.body(-width * 0.97F, 1.55F),
                                              b.shape.pose.body(-width * 1.06F, 1.92F), b.shape.pose.body(-width * 1.75F, 2.22F),
                                              b.shape.pose.body(-1.9F * shoulders, 2.62F)},
                                       8),
                                spline(Points{b.shape.pose.body(1.9F * shoulders, 2.62F), b.shape.pose.body(width * 1.75F, 2.22F),
                                              b.shape.pose.body(width * 1.06F, 1.92F), b.shape.pose.body(width * 0.97F, 1.55F),
                                              b.shape.pose.outline(width, 0.75F, -0.1F)},
                                       8));
  Points whole = outline;
  whole.insert(whole.begin() + static_cast<std::ptrdiff_t>(outline.size() / 2),
               {b.shape.pose.body(-1.9F * shoulders, 6), b.shape.pose.body(1.9F * shoulders, 6)});
  const Mask mask = b.mask(whole);
  b.canvas.fill(mask, 1, [&](int x, int y) {
    const Point q = b.shape.pose.to_head({static_cast<float>(x), static_cast<float>(y)});
    const float round = std::clamp(q.x / (width * mix(1.0F, 3.0F, smoothstep(1.85F, 2.4F, q.y))), -1.1F, 1.1F);
    return b.skin(0.72F + 0.22F * round * b.look.light_x - 0.20F * round * round);
  });
  // The head throws its shadow on the neck.
  Points head = b.shape.contour;
  const float dx = -0.12F * b.look.light_x * b.unit(), dy = 0.24F * b.unit();
  for (auto& q : head) q = {q.x + dx, q.y + dy};
  b.canvas.multiply(b.soft(head, 0.085F).within(mask), mix(Rgb{0.60F, 0.46F, 0.44F}, Rgb{0.52F, 0.44F, 0.42F}, b.person.skin_tone), 0.85F);
  const Rgb hollow{0.72F, 0.58F, 0.54F};
  for (const float side : {-1.0F, 1.0F}) {
    const Points tendon = spline(body_line(b, {{side * width * 0.72F, 1.6F}, {side * width * 0.45F, 1.95F}, {side * 0.09F, 2.2F}}, 1), 6);
    b.canvas.multiply(b.soft(b.line(tendon, 0.06F), 0.03F).within(mask), hollow, 0.4F);
    const Points collarbone = spline(body_line(b, {{side * 0.14F, 2.28F}, {side * 0.6F, 2.26F}, {side * 1.15F, 2.36F}}, shoulders), 6);
    b.canvas.multiply(b.soft(b.line(collarbone, 0.06F), 0.025F).within(mask), hollow, 0.5F);
  }
  b.label(whole, kNeck);
}

inline void paint_collar(Brush& b, float width) {
  const Rgb shirt =
      b.look.clothes == Clothes::shirt_and_tie ? mix(b.look.clothes_color, Rgb{0.93F, 0.94F, 0.96F}, 0.85F) : b.look.clothes_color * 1.12F;
  if (b.look.clothes == Clothes::shirt_and_tie) {
    const Rgb tie{0.9F - 0.7F * b.look.clothes_color.g, 0.25F + 0.25F * b.look.clothes_color.b, 0.22F + 0.4F * b.look.clothes_color.r};
    const Points blade = body_line(b, {{-0.12F, 2.42F}, {0.12F, 2.42F}, {0.26F, 6}, {-0.26F, 6}}, 1);
    const Points front = body_line(b, {{-0.62F, 1.98F}, {0, 2.42F}, {0.62F, 1.98F}, {0.75F, 6}, {-0.75F, 6}}, 1);
    paint_cloth(b, front, shirt);
    paint_cloth(b, blade, tie);
    paint_cloth(b, body_line(b, {{-0.15F, 2.2F}, {0.15F, 2.2F}, {0.11F, 2.46F}, {-0.11F, 2.46F}}, 1), tie * 1.1F);
  }
  for (const float side : {-1.0F, 1.0F}) {
    const Points flap = body_line(b,
                                  {{side * width * 1.0F, 1.66F},
                                   {side * width * 1.22F, 1.86F},
                                   {side * 0.72F, 2.50F},
                                   {side * 0.40F, 2.56F},
                                   {side * 0.02F, 2.26F},
                                   {side * width * 0.72F, 2.03F}},
                                  1);
    Points shadow = flap;
    for (auto& q : shadow) q.y += 0.05F * b.unit();
    b.canvas.multiply(b.soft(shadow, 0.04F), {0.6F, 0.58F, 0.58F}, 0.6F);
    paint_cloth(b, flap, shirt);
  }
}

inline void paint_body(Brush& b) {
  const Person& p = b.person;
  const float child = 1 - smoothstep(7, 17, p.age);
  const float width = (p.male ? 0.66F : 0.54F) - 0.12F * child + 0.05F * p.fullness;
  const float shoulders = (p.male ? 1.1F : 0.97F) - 0.2F * child;
  paint_neck(b, width, shoulders);
  const Clothes kind = b.look.clothes;
  const bool open = kind == Clothes::shirt || kind == Clothes::shirt_and_tie;
  const float dip = kind == Clothes::v_neck ? 2.82F : open ? 2.55F : 2.30F;
  const float edge = kind == Clothes::turtleneck ? 2.0F : open ? 1.90F : 2.02F;
  Points neckline;
  if (kind == Clothes::v_neck || open) {
    neckline = body_line(b,
                         {{-width * 1.22F, edge},
                          {-width * 0.75F, mix(edge, dip, 0.42F)},
                          {0, dip},
                          {width * 0.75F, mix(edge, dip, 0.42F)},
                          {width * 1.22F, edge}},
                         1);
  } else {
    neckline = spline(body_line(b,
                                {{-width * 1.25F, edge},
                                 {-width * 0.86F, mix(edge, dip, 0.6F)},
                                 {0, dip},
                                 {width * 0.86F, mix(edge, dip, 0.6F)},
                                 {width * 1.25F, edge}},
                                1),
                      8);
  }
  const Points right = spline(
      body_line(
          b,
          {{width * 1.25F, edge}, {width * 1.9F, 2.2F}, {1.75F * shoulders, 2.46F}, {2.25F * shoulders, 2.85F}, {2.45F * shoulders, 3.6F}},
          1),
      8);
  const Points left = spline(body_line(b,
                                       {{-2.45F * shoulders, 3.6F},
                                        {-2.25F * shoulders, 2.85F},
                                        {-1.75F * shoulders, 2.46F},
                                        {-width * 1.9F, 2.2F},
                                        {-width * 1.25F, edge}},
                                       1),
                             8);
  Points outline = joined(neckline, right);
  outline = joined(outline, body_line(b, {{2.5F * shoulders, 7}, {-2.5F * shoulders, 7}}, 1));
  outline = joined(outline, left);
  Points shadow = neckline;
  b.canvas.multiply(b.soft(b.line(shadow, 0.08F), 0.03F), {0.6F, 0.5F, 0.48F}, 0.5F);
  paint_cloth(b, outline, b.look.clothes_color);
  if (kind == Clothes::turtleneck) {
    const Points roll = joined(spline(body_line(b, {{-width * 1.09F, 1.62F}, {0, 1.84F}, {width * 1.09F, 1.62F}}, 1), 10),
                               spline(body_line(b, {{width * 1.28F, 2.12F}, {0, 2.42F}, {-width * 1.28F, 2.12F}}, 1), 10));
    paint_cloth(b, roll, b.look.clothes_color * 1.06F);
    b.canvas.multiply(
        b.soft(b.line(spline(body_line(b, {{-width * 1.2F, 2.08F}, {0, 2.37F}, {width * 1.2F, 2.08F}}, 1), 10), 0.05F), 0.02F),
        {0.6F, 0.6F, 0.62F}, 0.6F);
  } else if (open) {
    paint_collar(b, width);
  } else {
    b.canvas.multiply(b.soft(b.line(neckline, 0.03F), 0.008F), {0.72F, 0.72F, 0.74F}, 0.8F);
  }
  if (b.look.necklace && !open) {
    Points chain = spline(
        body_line(b, {{-width * 1.02F, 1.80F}, {-width * 0.62F, 2.17F}, {0, 2.34F}, {width * 0.62F, 2.17F}, {width * 1.02F, 1.80F}}, 1), 8);
    const Points band = stroke(chain, [&](float) { return 0.045F * b.unit(); });
    Points below = band;
    for (auto& q : below) q.y += 0.03F * b.unit();
    b.canvas.multiply(b.soft(below, 0.015F), {0.6F, 0.5F, 0.46F}, 0.5F);
    const float unit = b.unit();
    b.canvas.fill(b.mask(band), 1, [&](int x, int y) {
      const float glint = 0.5F + 0.5F * std::sin((static_cast<float>(x) + 0.6F * static_cast<float>(y)) / unit * 70);
      return b.lit(mix(Rgb{0.62F, 0.46F, 0.20F}, Rgb{0.98F, 0.88F, 0.58F}, glint), 0.9F);
    });
    b.label(band, kNecklace);
  }
}

inline void paint_ears(Brush& b) {
  for (int which = 0; which < 2; ++which) {
    const float side = which == 0 ? -1.0F : 1.0F;
    const Eye& eye = b.shape.eyes[which];
    const Mask ear = b.mask(eye.ear);
    const float light = 0.66F + 0.22F * side * b.look.light_x;
    b.canvas.fill(ear, b.skin(light, 0, 0.22F));
    const float e = b.person.ear_size, w = b.person.face_width;
    const auto inner = [&](std::initializer_list<Point> places) {
      Points line;
      for (const auto& q : places)
        line.push_back(b.shape.pose.at(side * (w - 0.02F + q.x * e), 0.06F + q.y * e, -0.22F - 0.5F * std::max(0.0F, q.x)));
      return spline(line, 6);
    };
    b.canvas.multiply(
        b.soft(b.line(inner({{0.02F, -0.13F}, {0.10F, -0.15F}, {0.135F, -0.06F}, {0.11F, 0.10F}, {0.06F, 0.2F}}), 0.03F), 0.010F)
            .within(ear),
        {0.62F, 0.44F, 0.40F}, 0.75F);
    b.canvas.multiply(b.soft(inner({{0.0F, -0.02F}, {0.075F, -0.04F}, {0.07F, 0.12F}, {0.0F, 0.2F}}), 0.022F).within(ear),
                      {0.58F, 0.40F, 0.37F}, 0.7F);
    b.label(eye.ear, which == 0 ? kLeftEar : kRightEar);
  }
}

inline void paint_jewellery(Brush& b) {
  if (!b.look.earrings) return;
  for (int which = 0; which < 2; ++which) {
    const float side = which == 0 ? -1.0F : 1.0F;
    if (covers_ears(b.person) || side * b.shape.pose.yaw_sine() > 0.2F) continue;
    const Point lobe = b.shape.eyes[which].lobe;
    const float r = 0.055F * b.unit();
    const Point c{lobe.x, lobe.y + 0.3F * r};
    const Points pearl = ellipse(c, r, r, 0, 24);
    b.canvas.fill(b.mask(pearl), 1, [&](int x, int y) {
      const float dx = (static_cast<float>(x) - c.x) / r, dy = (static_cast<float>(y) - c.y) / r;
      const float lit = 0.65F + 0.35F * (dx * b.look.light_x + dy * b.look.light_y);
      return mix(Rgb{0.60F, 0.50F, 0.36F}, Rgb{1.0F, 0.95F, 0.82F}, std::clamp(lit, 0.0F, 1.0F)) * b.look.light;
    });
    b.label(pearl, kEarring);
  }
}

}  // namespace faceptor::synthetic::detail
