#pragma once

#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/impl/face_lines.hpp>
#include <faceptor/synthetic/impl/brush.hpp>

namespace faceptor::synthetic::detail {

inline void paint_eye(Brush& b, int which) {
  const Eye& eye = b.shape.eyes[which];
  const Person& p = b.person;
  const float unit = b.unit();
  const Points outline = eye.outline();
  const Mask opening = b.mask(outline);
  const Rgb lash = p.male ? Rgb{0.13F, 0.08F, 0.06F} : Rgb{0.07F, 0.045F, 0.04F};

  const Mask fold = b.soft(b.line(eye.fold, 0.03F), 0.011F);
  b.canvas.multiply(fold, {0.58F, 0.42F, 0.38F}, 0.25F + 0.55F * p.lid_fold);
  if (b.look.makeup > 0) {
    const Points lid = joined(eye.upper, reversed(eye.fold));
    b.canvas.multiply(b.soft(lid, 0.025F), mix(Rgb{0.62F, 0.50F, 0.54F}, b.look.lipstick_color + Rgb{0.2F, 0.2F, 0.2F}, 0.2F),
                      0.75F * b.look.makeup);
  }

  const float top = along(eye.upper, 0.5F).y, bottom = along(eye.lower, 0.5F).y;
  const float shade = 0.88F;
  b.canvas.fill(opening, 1, [&](int, int y) {
    const float t = std::clamp((static_cast<float>(y) - top) / std::max(bottom - top, 1.0F), 0.0F, 1.0F);
    return mix(Rgb{0.80F, 0.765F, 0.75F}, Rgb{0.955F, 0.94F, 0.925F}, smoothstep(0.0F, 0.7F, t)) * b.look.light * shade;
  });
  b.canvas.multiply(b.soft(ellipse(eye.upper.back(), 0.05F * unit, 0.04F * unit), 0.01F).within(opening), {0.93F, 0.70F, 0.68F}, 0.8F);

  const float r = eye.iris_radius;
  const float squeeze = 1 - 0.12F * std::abs(b.shape.pose.yaw_sine());
  const Mask iris = b.mask(ellipse(eye.iris, r * squeeze, r)).within(opening);
  b.canvas.fill(iris, 1, [&](int x, int y) {
    const float dx = (static_cast<float>(x) - eye.iris.x) / (r * squeeze), dy = (static_cast<float>(y) - eye.iris.y) / r;
    const float d = std::sqrt(dx * dx + dy * dy);
    const float rays = value_noise(std::atan2(dy, dx) * 6 + 40, d * 2, 7) - 0.5F;
    const float glow = 0.75F + 0.55F * smoothstep(-0.6F, 0.9F, dy) + 0.25F * rays;
    return p.iris * (glow * mix(1.0F, 0.38F, smoothstep(0.72F, 1.0F, d)));
  });
  b.canvas.fill(b.mask(ellipse(eye.iris, 0.44F * r * squeeze, 0.44F * r)).within(opening), {0.025F, 0.02F, 0.02F});

  // The upper lid and its lashes throw a shadow on the ball.
  Points shadow = eye.upper;
  for (auto& q : shadow) q.y += 0.03F * unit;
  b.canvas.multiply(b.soft(b.line(shadow, 0.075F), 0.022F).within(opening), {0.50F, 0.44F, 0.44F}, 0.75F);

  const float side = b.look.light_x > 0 ? 1.0F : -1.0F;
  const Point glint{eye.iris.x + side * 0.33F * r, eye.iris.y - 0.36F * r};
  b.canvas.fill(b.mask(ellipse(glint, 0.21F * r, 0.21F * r, 0, 24)).within(opening), {1, 1, 1}, 0.93F);
  b.canvas.fill(b.mask(ellipse({eye.iris.x - side * 0.30F * r, eye.iris.y + 0.42F * r}, 0.13F * r, 0.10F * r, 0, 16)).within(opening),
                {1, 1, 1}, 0.28F);

  const float lash_width = (p.male ? 0.026F : 0.038F) + 0.014F * b.look.makeup;
  const auto tapered = [&](float t) { return unit * lash_width * (0.35F + 0.65F * bow(std::min(1.0F, 0.25F + t * 0.72F), 0.6F)); };
  Points upper = eye.upper;
  for (auto& q : upper) q.y -= 0.006F * unit;
  if (!p.male) {
    // A flick past the outer corner.
    const Point out = upper.front(), in = upper[4];
    upper.insert(upper.begin(), {out.x + (out.x - in.x) * 0.42F, out.y - 0.016F * unit});
  }
  b.canvas.fill(b.mask(stroke(upper, tapered)), lash, 0.9F);
  if (!p.male) {
    for (int i = 0; i < 6; ++i) {
      const Point from = along(eye.upper, 0.02F + 0.085F * static_cast<float>(i));
      const Point middle = eye.middle;
      const float dx = (from.x - middle.x), reach = 0.075F * unit * (0.75F + 0.25F * b.look.makeup) * (1 - 0.08F * static_cast<float>(i));
      const float length = std::max(std::hypot(dx, 0.16F * unit), 1e-3F);
      const Points hair = {
          from, {from.x + 0.5F * reach * dx / length, from.y - 0.22F * reach}, {from.x + reach * dx / length, from.y - 0.85F * reach}};
      b.canvas.fill(b.mask(stroke(hair, [&](float t) { return unit * 0.014F * (1.05F - t); })), lash, 0.75F);
    }
  }
  b.canvas.fill(b.soft(b.line(eye.lower, 0.018F), 0.004F), b.skin(0.25F, 0, 0.5F) * 0.72F, p.male ? 0.5F : 0.62F);
  b.label(outline, which == 0 ? kLeftEye : kRightEye);
}

inline void paint_brow(Brush& b, int which) {
  const Eye& eye = b.shape.eyes[which];
  const Person& p = b.person;
  const Points outline = eye.brow();
  // Brows stay darker than fair hair and grey later.
  const Rgb dark = mix(p.hair, Rgb{0.16F, 0.10F, 0.07F}, 0.35F - 0.2F * p.greyness) * 0.8F;
  b.canvas.fill(b.soft(outline, 0.014F), b.lit(dark, 0.7F), p.male ? 0.62F : 0.58F);
  const auto seed = static_cast<std::uint32_t>(p.identity * 7919 + static_cast<std::uint64_t>(which));
  const float side = which == 0 ? -1.0F : 1.0F;
  const int count = 26;
  for (int i = 0; i < count; ++i) {
    const float t = (static_cast<float>(i) + 0.5F) / count;
    const float jitter = value_noise(static_cast<float>(i) * 1.7F, 3, seed);
    const Point low = along(eye.brow_lower, t), high = along(eye.brow_upper, std::max(0.0F, t - 0.05F - 0.05F * t));
    const Point from{mix(low.x, high.x, 0.25F * jitter), mix(low.y, high.y, 0.25F * jitter)};
    const float lean = side * 0.03F * b.unit() * (1.1F - t);
    const Points hair = {from,
                         {mix(from.x, high.x, 0.5F) + 0.3F * lean, mix(from.y, high.y, 0.55F)},
                         {high.x + lean, mix(from.y, high.y, 0.85F + 0.15F * jitter)}};
    b.canvas.fill(b.mask(stroke(hair, [&](float s) { return b.unit() * 0.017F * (1.1F - s); })),
                  b.lit(dark * (0.75F + 0.4F * jitter), 0.7F), 0.6F);
  }
  b.label(outline, which == 0 ? kLeftBrow : kRightBrow);
}

inline void paint_teeth(Brush& b, const Mask& opening, const Points& outline) {
  const FaceShape& s = b.shape;
  const float unit = b.unit();
  // The upper teeth follow the upper lip; a tongue shows in a wide mouth.
  const float drop = std::min(0.11F, 0.62F * s.mouth_gap) * unit;
  Points teeth = Points(s.mouth_top.begin() + 2, s.mouth_top.end() - 2);
  Points edge = teeth;
  for (std::size_t i = 0; i < edge.size(); ++i) {
    const float u = static_cast<float>(i) / static_cast<float>(edge.size() - 1);
    edge[i].y += drop * (0.35F + 0.65F * bow(u, 0.5F));
  }
  if (s.mouth_gap > 0.16F) {
    const Point low = along(s.mouth_bottom, 0.5F);
    const Mask tongue = b.soft(ellipse({low.x, low.y + 0.01F * unit}, 0.19F * unit, 0.09F * unit), 0.015F).within(opening);
    b.canvas.fill(tongue, b.lit({0.72F, 0.33F, 0.33F}, 0.6F), 0.9F);
  }
  const bool teeth_shown =
      b.look.emotion == Emotion::happy || b.look.emotion == Emotion::fear || b.look.emotion == Emotion::disgust || s.mouth_gap > 0.2F;
  if (!teeth_shown) return;
  const Mask row = b.mask(joined(teeth, reversed(edge))).within(opening);
  const Point middle = along(s.mouth_top, 0.5F);
  b.canvas.fill(row, 1, [&](int x, int) {
    const float d = std::abs(static_cast<float>(x) - middle.x) / unit;
    return b.lit(Rgb{0.95F, 0.93F, 0.89F} * mix(1.0F, 0.62F, smoothstep(0.08F, 0.42F, d)), 0.85F);
  });
  for (int i = -4; i <= 4; ++i) {
    const float x = middle.x + (static_cast<float>(i) + 0.5F - 0.5F) * 0.082F * unit;
    const Points gap = {{x, middle.y - 0.1F * unit}, {x, middle.y + 0.3F * unit}};
    b.canvas.multiply(b.mask(stroke(gap, [&](float) { return 0.011F * unit; })).within(row), {0.72F, 0.66F, 0.62F}, 0.55F);
  }
  Points shadow = outline;
  b.canvas.multiply(b.soft(b.line(s.mouth_top, 0.05F), 0.016F).within(opening), {0.5F, 0.36F, 0.34F}, 0.7F);
}

inline void paint_mouth(Brush& b) {
  const FaceShape& s = b.shape;
  const Person& p = b.person;
  const float unit = b.unit();
  const Points upper = s.upper_lip(), lower = s.lower_lip(), gap = s.mouth();
  const Rgb natural = mix(p.skin * Rgb{0.93F, 0.64F, 0.62F}, Rgb{0.74F, 0.38F, 0.37F}, p.male ? 0.18F : 0.36F);
  const Rgb lips = b.look.lipstick ? mix(natural, b.look.lipstick_color, 0.82F) : natural;
  const float edge = b.look.lipstick ? 0.004F : 0.010F;
  const Mask both = b.mask(joined(s.lip_top, reversed(s.lip_bottom)));

  const float low_y = along(s.lip_bottom, 0.5F).y;
  const Mask upper_mask = b.soft(upper, edge).within(both), lower_mask = b.soft(lower, edge).within(both);
  const auto seed = static_cast<std::uint32_t>(p.identity + 5);
  const Point middle = along(s.mouth_top, 0.5F);
  const auto fine = [&](int x, int y) {
    return value_noise((static_cast<float>(x) - middle.x) / unit * 34, (static_cast<float>(y) - middle.y) / unit * 6, seed) - 0.5F;
  };
  b.canvas.fill(upper_mask, 1, [&](int x, int y) { return b.lit(lips, 0.47F + 0.14F * fine(x, y)); });
  const float mid_y = along(s.mouth_bottom, 0.5F).y;
  b.canvas.fill(lower_mask, 1, [&](int x, int y) {
    const float t = std::clamp((static_cast<float>(y) - mid_y) / std::max(low_y - mid_y, 1.0F), 0.0F, 1.0F);
    return b.lit(lips, 0.66F + 0.20F * (1 - std::abs(2 * t - 0.75F)) - 0.22F * t * t + 0.14F * fine(x, y));
  });
  const float shift = (b.look.light_x > 0 ? 1.0F : -1.0F) * 0.07F * unit;
  const Point shine{0.5F * (along(s.mouth_bottom, 0.5F).x + along(s.lip_bottom, 0.5F).x) + shift, mix(mid_y, low_y, 0.42F)};
  b.canvas.screen(b.soft(ellipse(shine, 0.11F * unit, 0.022F * unit, b.look.roll), 0.018F).within(lower_mask),
                  Rgb{1, 0.95F, 0.93F} * b.look.light, b.look.lipstick ? 0.42F : 0.24F);
  b.canvas.screen(b.soft(b.line(s.lip_top, 0.02F), 0.010F), Rgb{1, 0.95F, 0.9F} * b.look.light, 0.09F);

  const Mask opening = b.mask(gap);
  if (s.mouth_gap > 0.01F || b.look.actions.upper_lip > 0.01F) {
    b.canvas.fill(opening, b.lit({0.25F, 0.075F, 0.075F}, 0.35F));
    paint_teeth(b, opening, gap);
  }
  Points seam;
  for (std::size_t i = 0; i < s.mouth_top.size(); ++i) seam.push_back({s.mouth_top[i].x, s.mouth_top[i].y});
  seam.insert(seam.begin(), s.lip_top.front());
  seam.push_back(s.lip_top.back());
  b.canvas.fill(b.soft(b.line(seam, 0.024F), 0.005F), lips * Rgb{0.36F, 0.26F, 0.26F}, 0.8F);
  for (const Point corner : {s.lip_top.front(), s.lip_top.back()}) {
    b.canvas.multiply(b.soft(ellipse(corner, 0.035F * unit, 0.025F * unit, 0, 16), 0.016F), {0.55F, 0.40F, 0.38F}, 0.7F);
  }
  b.label(upper, kUpperLip);
  b.label(lower, kLowerLip);
  b.label(gap, kMouth);
}

}  // namespace faceptor::synthetic::detail
