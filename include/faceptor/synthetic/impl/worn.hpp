#pragma once

#include <numbers>

#include <faceptor/synthetic/impl/brush.hpp>

namespace faceptor::synthetic::detail {

/// Glasses colour only the 19-class map; what LaPa calls the parts behind clear lenses stays.
inline void label_glasses(Brush& b, const Points& outline, bool dark) {
  scan(outline, b.size(), [&](int y, int first, int last) {
    const std::size_t row = static_cast<std::size_t>(y) * b.labels.size.width;
    for (std::size_t i = row + first; i <= row + last; ++i) {
      b.labels.celebamask[i] = kGlasses;
      if (dark && b.labels.lapa[i] >= 2 && b.labels.lapa[i] <= 5) b.labels.lapa[i] = lapa_class(kSkin);
    }
  });
}

// A lens between an ellipse and a rectangle, in place on the face.
inline Points lens_outline(const Brush& b, float side, float half_width, float half_height, float roundness, float top_lift) {
  Points result;
  for (int i = 0; i < 48; ++i) {
    const float t = 2 * std::numbers::pi_v<float> * static_cast<float>(i) / 48;
    const auto power = [&](float v) { return (v < 0 ? -1.0F : 1.0F) * std::pow(std::abs(v), 2 / roundness); };
    const float x = half_width * power(std::cos(t)), y = half_height * power(std::sin(t));
    const float outer = x / half_width;
    result.push_back(b.shape.pose.surface(side * (b.person.eye_x + 0.035F + x), 0.045F + y - (y < 0 ? top_lift * outer : 0), 0.07F));
  }
  return result;
}

inline void paint_glasses(Brush& b) {
  if (b.look.glasses == Glasses::none) return;
  const bool dark = b.look.glasses == Glasses::sun;
  const float unit = b.unit();
  const int kind = b.look.glasses_shape;
  const float half_width = (kind == 0   ? 0.335F
                            : kind == 1 ? 0.30F
                                        : 0.345F) *
                           (dark ? 1.08F : 1),
              half_height = (kind == 0   ? 0.235F
                             : kind == 1 ? 0.275F
                                         : 0.255F) *
                            (dark ? 1.1F : 1);
  const float rim = (kind == 1 ? 0.030F : 0.05F) * (dark ? 1.2F : 1);
  std::array<Points, 2> lenses;
  for (int which = 0; which < 2; ++which) {
    lenses[which] = lens_outline(b, which == 0 ? -1.0F : 1.0F, half_width, half_height,
                                 kind == 0   ? 4.0F
                                 : kind == 1 ? 2.1F
                                             : 2.9F,
                                 kind == 2 ? 0.04F : 0.0F);
  }
  std::vector<Points> frame;
  for (int which = 0; which < 2; ++which) {
    const float side = which == 0 ? -1.0F : 1.0F;
    const Point hinge = b.shape.pose.surface(side * (b.person.eye_x + 0.035F + half_width), -0.03F, 0.06F);
    const Point ear = b.shape.pose.outline(side * (b.person.face_width + 0.01F), -0.09F, -0.1F);
    if (side * b.shape.pose.yaw_sine() < 0.45F) frame.push_back(stroke(Points{hinge, ear}, [&](float) { return unit * rim * 1.1F; }));
    Points closed = lenses[which];
    closed.insert(closed.end(), lenses[which].begin(), lenses[which].begin() + 3);
    frame.push_back(stroke(closed, [&](float) { return unit * rim; }));
  }
  const float inner = b.person.eye_x + 0.035F - half_width;
  frame.push_back(
      stroke(spline(b.surface({{-inner, 0.0F}, {0, -0.045F}, {inner, 0.0F}}, 0.09F), 8), [&](float) { return unit * rim * 1.05F; }));
  const Mask face = b.mask(b.shape.face());
  for (const auto& part : frame) {
    Points shadow = part;
    for (auto& q : shadow) q = {q.x - 0.03F * unit * b.look.light_x, q.y + 0.04F * unit};
    b.canvas.multiply(b.soft(shadow, 0.018F).within(face), {0.6F, 0.5F, 0.47F}, 0.45F);
  }
  for (int which = 0; which < 2; ++which) {
    const Mask lens = b.mask(lenses[which]);
    const Point c = b.shape.eyes[which].middle;
    if (dark) {
      b.canvas.fill(lens, 0.97F, [&](int, int y) {
        const float t = std::clamp((static_cast<float>(y) - c.y) / (unit * half_height) * 0.5F + 0.5F, 0.0F, 1.0F);
        return mix(Rgb{0.04F, 0.04F, 0.05F}, Rgb{0.20F, 0.18F, 0.17F}, t) * b.look.light;
      });
      b.covers.push_back(lenses[which]);
    } else {
      b.canvas.screen(lens, {0.95F, 0.98F, 1}, 0.05F);
    }
    const float slant = 0.16F * unit, w = 0.07F * unit;
    const float x = c.x + (b.look.light_x > 0 ? 0.06F : -0.12F) * unit;
    const Points glare = {{x, c.y - 0.35F * unit},
                          {x + w * 1.6F, c.y - 0.35F * unit},
                          {x - slant + w * 1.6F, c.y + 0.35F * unit},
                          {x - slant, c.y + 0.35F * unit}};
    b.canvas.screen(b.soft(glare, 0.012F).within(lens), {1, 1, 1}, dark ? 0.16F : 0.12F);
    label_glasses(b, lenses[which], dark);
  }
  for (const auto& part : frame) {
    const Mask area = b.mask(part);
    b.canvas.fill(area, b.lit(b.look.glasses_color, 0.75F));
    Points upper = part;
    for (auto& q : upper) q.y -= 0.012F * unit;
    b.canvas.screen(b.mask(upper).within(area).without(b.soft(part, 0.006F)), {1, 1, 1}, 0.4F);
    label_glasses(b, part, true);
  }
}

// The knit or weave of a hat over its roundness.
inline void paint_felt(Brush& b, const Points& outline, Rgb color, float ribs) {
  const HeadPose& pose = b.shape.pose;
  const auto seed = static_cast<std::uint32_t>(b.look.grain + 9);
  b.canvas.fill(b.mask(outline), 1, [&](int x, int y) {
    const Point q = pose.to_head({static_cast<float>(x), static_cast<float>(y)});
    const float nx = (q.x - 0.2F * pose.yaw_sine()) / 1.25F, ny = (q.y + 0.6F) / 1.3F;
    const float rib = ribs > 0 ? 0.10F * std::sin(ribs * std::asin(std::clamp(nx, -1.0F, 1.0F))) : 0.0F;
    const float light = 0.66F + 0.30F * (nx * b.look.light_x + ny * b.look.light_y) - 0.16F * nx * nx + rib +
                        0.06F * (value_noise(q.x * 40, q.y * 40, seed) - 0.5F);
    return b.lit(color, light);
  });
  b.label(outline, kHat);
  b.covers.push_back(outline);
}

inline void paint_hat(Brush& b) {
  const Hat kind = b.look.hat;
  if (kind == Hat::none) return;
  const HeadPose& pose = b.shape.pose;
  const float w = b.person.face_width + 0.10F, unit = b.unit();
  const bool hair = b.person.hair_style != HairStyle::bald && b.person.hair_style != HairStyle::buzz;
  const float wide = w + (hair ? 0.06F : 0.0F);
  const float edge = kind == Hat::beanie ? -0.60F : -0.70F;
  const float height = kind == Hat::brimmed ? -1.95F : -1.82F;
  const auto shadow = [&](const Points& outline, float drop) {
    Points moved = outline;
    for (auto& q : moved) q = {q.x - 0.05F * unit * b.look.light_x, q.y + drop * unit};
    b.canvas.multiply(b.soft(moved, 0.05F).within(b.mask(b.shape.face())), {0.60F, 0.47F, 0.44F}, 0.75F);
  };
  const auto rim = [&](float x, float y, float lift) {
    const Point front = pose.surface(x * 0.92F, y, lift), side = pose.outline(x, y, -0.1F);
    const float t = smoothstep(0.6F, 1.0F, std::abs(x) / wide);
    return Point{mix(front.x, side.x, t), mix(front.y, side.y, t)};
  };
  const auto arc = [&](float y, float sag, float lift, float width) {
    Points line;
    for (const float t : {-1.0F, -0.75F, -0.4F, 0.0F, 0.4F, 0.75F, 1.0F}) line.push_back(rim(t * width, y + sag * (1 - t * t), lift));
    return spline(line, 8);
  };
  const Points dome_top = spline(Points{pose.outline(wide, edge, -0.1F), pose.outline(wide * 0.99F, edge - 0.38F, -0.1F),
                                        pose.outline(wide * 0.83F, mix(edge, height, 0.70F), -0.1F),
                                        pose.outline(wide * (kind == Hat::brimmed ? 0.55F : 0.45F), mix(edge, height, 0.95F), -0.1F),
                                        pose.outline(0, height + (kind == Hat::brimmed ? 0.08F : 0), -0.1F),
                                        pose.outline(-wide * (kind == Hat::brimmed ? 0.55F : 0.45F), mix(edge, height, 0.95F), -0.1F),
                                        pose.outline(-wide * 0.83F, mix(edge, height, 0.70F), -0.1F),
                                        pose.outline(-wide * 0.99F, edge - 0.38F, -0.1F), pose.outline(-wide, edge, -0.1F)},
                                 8);
  const Points dome = joined(dome_top, arc(edge, 0.04F, 0.06F, wide));
  if (kind == Hat::beanie) {
    shadow(dome, 0.07F);
    paint_felt(b, dome, b.look.hat_color, 46);
    const Points fold = joined(arc(edge - 0.27F, 0.03F, 0.09F, wide * 1.0F), reversed(arc(edge + 0.04F, 0.05F, 0.09F, wide * 1.005F)));
    b.canvas.multiply(b.soft(fold, 0.03F), {0.6F, 0.6F, 0.62F}, 0.5F);
    paint_felt(b, fold, b.look.hat_color * 1.1F, 60);
    return;
  }
  if (kind == Hat::cap) {
    const Points visor = joined(arc(edge + 0.0F, 0.03F, 0.10F, wide * 0.88F), reversed(arc(edge + 0.04F, 0.25F, 0.42F, wide * 0.93F)));
    shadow(visor, 0.16F);
    paint_felt(b, dome, b.look.hat_color, 0);
    for (const float x : {-0.42F, 0.0F, 0.42F}) {
      const Points seam = spline(Points{rim(x * wide, edge + 0.03F, 0.06F), pose.at(x * wide * 0.85F, mix(edge, height, 0.6F), 0.4F),
                                        pose.outline(0, height, -0.1F)},
                                 8);
      b.canvas.multiply(b.soft(b.line(seam, 0.02F), 0.006F).within(b.mask(dome)), {0.6F, 0.6F, 0.62F}, 0.6F);
    }
    paint_felt(b, visor, b.look.hat_color * 0.86F, 0);
    b.canvas.screen(b.soft(b.line(arc(edge + 0.02F, 0.235F, 0.42F, wide * 0.9F), 0.02F), 0.008F), {1, 1, 1}, 0.16F);
    return;
  }
  const Points brim = joined(arc(edge - 0.10F, -0.12F, 0.0F, wide * 1.52F), reversed(arc(edge - 0.06F, 0.22F, 0.30F, wide * 1.56F)));
  shadow(brim, 0.16F);
  paint_felt(b, brim, b.look.hat_color * 0.9F, 0);
  paint_felt(b, dome, b.look.hat_color, 0);
  const Points band = joined(arc(edge - 0.16F, 0.03F, 0.05F, wide * 1.0F), reversed(arc(edge + 0.03F, 0.05F, 0.06F, wide * 1.0F)));
  paint_felt(b, band, b.look.hat_color * 0.45F, 0);
}

}  // namespace faceptor::synthetic::detail
