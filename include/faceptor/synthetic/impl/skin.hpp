#pragma once

#include <faceptor/synthetic/impl/brush.hpp>

namespace faceptor::synthetic::detail {

inline float bump_at(const Shading::Bump& bump, Point p, float unit) {
  const float vx = bump.b.x - bump.a.x, vy = bump.b.y - bump.a.y;
  const float length = vx * vx + vy * vy;
  const float t = length > 0 ? std::clamp(((p.x - bump.a.x) * vx + (p.y - bump.a.y) * vy) / length, 0.0F, 1.0F) : 0.0F;
  const float dx = (p.x - bump.a.x - t * vx) / unit, dy = (p.y - bump.a.y - t * vy) / unit;
  const float d = (dx * dx + dy * dy) / (2 * bump.sigma * bump.sigma);
  return d > 9 ? 0.0F : bump.height * std::exp(-d);
}

inline Shading::Shading(const FaceShape& shape, const Appearance& look, std::span<const Bump> bumps, std::span<const Bump> dark,
                        std::span<const Bump> red, Point low, Point high)
    : step_(std::max(1.0F, shape.pose.unit() / 26)), origin_(low) {
  columns_ = static_cast<int>((high.x - low.x) / step_) + 3;
  rows_ = static_cast<int>((high.y - low.y) / step_) + 3;
  values_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
  std::vector<float> height(values_.size());
  const float unit = shape.pose.unit();
  const auto pixel = [&](int i, int j) {
    return Point{origin_.x + static_cast<float>(i) * step_, origin_.y + static_cast<float>(j) * step_};
  };
  for (int j = 0; j < rows_; ++j) {
    for (int i = 0; i < columns_; ++i) {
      const Point p = pixel(i, j), q = shape.pose.to_head(p);
      const float x = (q.x - 0.3F * shape.pose.yaw_sine()) / 1.16F, y = (q.y - 0.0F) / 1.95F;
      const float inside = 1 - x * x - y * y;
      float h = 0.95F * (inside > 0.12F ? std::sqrt(inside) : 0.346F + (inside - 0.12F) * 1.44F);
      for (const auto& bump : bumps) h += bump_at(bump, p, unit);
      height[static_cast<std::size_t>(j) * columns_ + i] = h;
    }
  }
  const float norm = 1 / std::sqrt(look.light_x * look.light_x + look.light_y * look.light_y + 0.64F);
  const float lx = look.light_x * norm, ly = look.light_y * norm, lz = 0.8F * norm;
  const float half = 1 / std::sqrt(lx * lx + ly * ly + (lz + 1) * (lz + 1));
  for (int j = 0; j < rows_; ++j) {
    for (int i = 0; i < columns_; ++i) {
      const auto get = [&](int c, int r) {
        return height[static_cast<std::size_t>(std::clamp(r, 0, rows_ - 1)) * columns_ + std::clamp(c, 0, columns_ - 1)];
      };
      const float gx = (get(i + 1, j) - get(i - 1, j)) * unit / (2 * step_), gy = (get(i, j + 1) - get(i, j - 1)) * unit / (2 * step_);
      const float n = 1 / std::sqrt(gx * gx + gy * gy + 1);
      const float facing = (-gx * lx - gy * ly + lz) * n;
      const Point p = pixel(i, j);
      Value& value = values_[static_cast<std::size_t>(j) * columns_ + i];
      value.light = mix((facing + 0.25F) / 1.2F, 0.78F, 0.62F * look.light_softness);
      float shade = 0;
      for (const auto& bump : dark) shade += bump_at(bump, p, unit);
      value.light *= std::exp(-shade);
      value.shine =
          std::pow(std::max(0.0F, (-gx * lx * half - gy * ly * half + (lz + 1) * half) * n), 26.0F) * (1 - 0.6F * look.light_softness);
      for (const auto& bump : red) value.red += bump_at(bump, p, unit);
    }
  }
}

inline Shading::Value Shading::at(int x, int y) const noexcept {
  const float fx = std::clamp((static_cast<float>(x) - origin_.x) / step_, 0.0F, static_cast<float>(columns_) - 1.001F);
  const float fy = std::clamp((static_cast<float>(y) - origin_.y) / step_, 0.0F, static_cast<float>(rows_) - 1.001F);
  const int i = static_cast<int>(fx), j = static_cast<int>(fy);
  const float tx = fx - static_cast<float>(i), ty = fy - static_cast<float>(j);
  const Value* v = values_.data() + static_cast<std::size_t>(j) * columns_ + i;
  const auto blend = [&](float Value::*m) { return mix(mix(v[0].*m, v[1].*m, tx), mix(v[columns_].*m, v[columns_ + 1].*m, tx), ty); };
  return {blend(&Value::light), blend(&Value::shine), blend(&Value::red)};
}

inline void Brush::label(std::span<const Point> outline, Part part) {
  scan(outline, size(), [&](int y, int first, int last) {
    const std::size_t row = static_cast<std::size_t>(y) * labels.size.width;
    std::fill(labels.celebamask.begin() + row + first, labels.celebamask.begin() + row + last + 1, part);
    std::fill(labels.lapa.begin() + row + first, labels.lapa.begin() + row + last + 1, lapa_class(part));
  });
}

inline Points Brush::line(std::span<const Point> places, float width) const {
  return stroke(places, [w = width * unit()](float t) { return w * std::sqrt(std::max(0.0F, 4 * t * (1 - t))) + 0.15F; });
}

inline Points Brush::surface(std::initializer_list<Point> places, float lift) const {
  Points result;
  for (const auto& q : places) result.push_back(shape.pose.surface(q.x, q.y, lift));
  return result;
}

inline Rgb Brush::skin(float light, float shine, float red) const {
  const Rgb base = person.skin;
  const float tone = person.skin_tone;
  // Light through skin leaves red in the shadows, more so in light skin.
  const Rgb shade = base * Rgb{mix(0.62F, 0.42F, tone), mix(0.48F, 0.37F, tone), mix(0.47F, 0.37F, tone)};
  Rgb c = mix(shade, base * 1.04F, smoothstep(-0.05F, 1.0F, light));
  c = c * mix(Rgb{1, 1, 1}, Rgb{1.03F, 0.76F, 0.74F}, std::clamp(red, 0.0F, 1.0F));
  const float gloss = mix(0.20F, 0.16F, tone) * shine + 0.22F * std::max(0.0F, light - 0.92F);
  return (c + Rgb{gloss, gloss * 0.95F, gloss * 0.88F}) * look.light;
}

inline Rgb Brush::lit(Rgb color, float light) const { return color * look.light * mix(0.45F, 1.05F, smoothstep(-0.05F, 1.0F, light)); }

inline void paint_skin(Brush& b) {
  const FaceShape& s = b.shape;
  const Person& p = b.person;
  const Actions& act = b.look.actions;
  const HeadPose& pose = s.pose;
  std::vector<Shading::Bump> bumps, dark, red;
  const auto add = [&](std::vector<Shading::Bump>& to, Point from, Point until, float sigma, float height) {
    to.push_back({from, until, sigma, height});
  };
  const float h = p.nose_height;
  add(bumps, s.bridge[0], s.bridge[3], 0.095F, 0.12F * h);
  add(bumps, s.bridge[3], s.bridge[3], 0.115F, 0.15F * h);
  add(bumps, s.nose_base[2], s.nose_base[2], 0.09F, -0.06F);
  add(bumps, pose.surface(0, p.mouth_y), pose.surface(0, p.mouth_y), 0.27F, 0.07F);
  add(bumps, pose.surface(0, mix(p.mouth_y, p.chin_y, 0.42F)), pose.surface(0, mix(p.mouth_y, p.chin_y, 0.42F)), 0.09F, -0.05F);
  add(bumps, pose.surface(0, p.chin_y - 0.17F, -0.05F), pose.surface(0, p.chin_y - 0.17F, -0.05F), 0.15F, 0.075F);
  add(bumps, pose.surface(0, p.nose_y + 0.08F), pose.surface(0, p.mouth_y - 0.10F), 0.03F, -0.012F);
  add(dark, pose.surface(-0.08F, p.nose_y + 0.05F), pose.surface(0.08F, p.nose_y + 0.05F), 0.07F, 0.20F);
  add(dark, pose.surface(-0.12F, mix(p.mouth_y + p.lower_lip, p.chin_y, 0.22F)),
      pose.surface(0.12F, mix(p.mouth_y + p.lower_lip, p.chin_y, 0.22F)), 0.055F, 0.17F);
  add(red, s.bridge[3], s.bridge[3], 0.16F, 0.35F * p.rosiness);
  add(red, pose.surface(0, p.chin_y - 0.15F), pose.surface(0, p.chin_y - 0.15F), 0.18F, 0.15F * p.rosiness);
  for (int which = 0; which < 2; ++which) {
    const float side = which == 0 ? -1.0F : 1.0F;
    const Eye& eye = s.eyes[which];
    const float cheek_y = 0.47F - 0.05F * act.cheek;
    const Point cheek = pose.surface(side * 0.56F, cheek_y);
    const Point wing = s.wings[which].back(), corner = which == 0 ? s.lip_top.front() : s.lip_top.back();
    add(bumps, pose.surface(side * 0.78F * p.nose_width, p.nose_y - 0.11F, 0.09F),
        pose.surface(side * 0.74F * p.nose_width, p.nose_y - 0.08F, 0.09F), 0.062F, 0.10F);
    add(bumps, eye.brow_middle.front(), eye.brow_middle.back(), 0.11F, 0.035F + 0.02F * p.male);
    add(bumps, eye.upper.front(), eye.upper.back(), 0.15F, -0.10F);
    add(bumps, along(eye.upper, 0.5F), along(eye.upper, 0.5F), 0.12F, 0.055F);
    add(bumps, cheek, cheek, 0.24F, 0.07F + 0.08F * act.cheek + 0.04F * p.fullness);
    add(bumps, pose.surface(side * 0.72F, 0.86F), pose.surface(side * 0.68F, 0.95F), 0.22F, -0.09F * (1 - p.fullness) - 0.02F);
    add(bumps, pose.surface(side * 0.88F, -0.32F), pose.surface(side * 0.9F, -0.2F), 0.2F, -0.05F);
    add(bumps, pose.surface(side * 0.36F, -0.65F), pose.surface(side * 0.36F, -0.65F), 0.28F, 0.035F);
    // The fold from the nose to the mouth.
    const Point outer = {corner.x + side * 0.10F * b.unit(), corner.y - 0.02F * b.unit()};
    const float fold = 0.04F + 0.16F * act.cheek + 0.20F * p.wrinkles + 0.12F * act.nose_wrinkle;
    add(dark, {wing.x + side * 0.03F * b.unit(), wing.y - 0.06F * b.unit()}, outer, 0.045F, fold);
    add(dark, outer, outer, 0.06F, 0.06F + 0.05F * act.cheek);
    add(dark, eye.upper.back(), along(eye.brow_lower, 0.92F), 0.075F, 0.11F);
    add(dark, eye.fold.front(), eye.fold.back(), 0.06F, 0.10F + 0.10F * p.lid_fold);
    add(dark, along(eye.lower, 0.25F), along(eye.lower, 0.9F), 0.075F, 0.09F + 0.12F * p.wrinkles);
    add(dark, along(s.wings[which], 0.2F), along(s.wings[which], 1), 0.045F, 0.16F);
    add(red, cheek, cheek, 0.26F, 0.40F * p.rosiness + 0.35F * b.look.makeup);
    add(red, eye.lower.front(), eye.lower.back(), 0.07F, 0.16F);
  }
  const Points outline = s.face();
  const Mask face = b.mask(outline);
  const Shading shading(s, b.look, bumps, dark, red, {static_cast<float>(face.x()), static_cast<float>(face.y())},
                        {static_cast<float>(face.x() + face.width()), static_cast<float>(face.y() + face.height())});
  const float fine = 38 / b.unit(), coarse = 3.2F / b.unit();
  const auto seed = static_cast<std::uint32_t>(p.identity * 2654435761U + 17);
  b.canvas.fill(face, 1, [&](int x, int y) {
    const auto value = shading.at(x, y);
    const auto fx = static_cast<float>(x) - pose.center().x, fy = static_cast<float>(y) - pose.center().y;
    const float blotch = value_noise(fx * coarse, fy * coarse, seed) - 0.5F;
    Rgb c = b.skin(value.light + 0.03F * (value_noise(fx * fine, fy * fine, seed + 1) - 0.5F) + 0.05F * blotch, value.shine,
                   value.red + 0.12F * blotch);
    if (p.freckles > 0) {
      const Point q = pose.to_head({static_cast<float>(x), static_cast<float>(y)});
      const float where = std::exp(-((q.y - 0.35F) * (q.y - 0.35F)) / 0.09F) * p.freckles;
      const float spot = smoothstep(0.80F, 0.92F, value_noise(q.x * 26, q.y * 26, seed + 2)) * where;
      c = c * mix(Rgb{1, 1, 1}, Rgb{0.84F, 0.70F, 0.60F}, spot * 0.8F);
    }
    return c;
  });
  b.label(outline, kSkin);
  if (b.look.facial_hair != FacialHair::none) paint_facial_hair(b, face);
  paint_nose(b, face);
  paint_wrinkles(b, face);
}

inline void paint_nose(Brush& b, const Mask& face) {
  const FaceShape& s = b.shape;
  b.label(s.nose, kNose);
  const float far = s.pose.yaw_sine();
  for (int which = 0; which < 2; ++which) {
    const float side = which == 0 ? -1.0F : 1.0F;
    const float seen = std::clamp(1 - 1.6F * side * far, 0.25F, 1.0F);
    b.canvas.multiply(b.soft(b.line(s.wings[which], 0.038F), 0.016F).within(face), Rgb{0.64F, 0.48F, 0.45F}, 0.6F * seen);
    b.canvas.fill(b.soft(s.nostrils[which], 0.010F), b.skin(0.0F) * 0.45F, 0.8F * seen);
  }
  Points under = spline(s.nose_base, 6);
  b.canvas.multiply(b.soft(b.line(under, 0.03F), 0.016F), Rgb{0.66F, 0.48F, 0.46F}, 0.4F);
  // The side of the nose away from the light.
  const float away = b.look.light_x > 0 ? -1.0F : 1.0F;
  Points flank;
  for (const auto& q : s.bridge) flank.push_back({q.x + away * 0.105F * b.unit(), q.y});
  b.canvas.multiply(b.soft(b.line(flank, 0.10F), 0.045F), Rgb{0.74F, 0.62F, 0.60F},
                    0.38F * std::abs(b.look.light_x) * (1 - 0.5F * b.look.light_softness));
}

inline void paint_wrinkles(Brush& b, const Mask& face) {
  const Person& p = b.person;
  const Actions& act = b.look.actions;
  const Rgb crease = mix(Rgb{0.74F, 0.62F, 0.58F}, Rgb{0.60F, 0.50F, 0.48F}, p.skin_tone);
  const auto draw = [&](const Points& places, float width, float strength) {
    if (strength <= 0.02F) return;
    b.canvas.multiply(b.soft(b.line(places, width), 0.3F * width + 0.003F).within(face), crease, std::min(strength, 0.75F));
  };
  const float raise = std::max(0.0F, act.brow_inner + act.brow_outer) * 3;
  for (int i = 0; i < 3; ++i) {
    const float y = p.brow_y - 0.20F - 0.115F * static_cast<float>(i);
    if (y < p.hairline_y + 0.06F) break;
    const float bend = 0.012F * static_cast<float>(i % 2 ? 1 : -1);
    draw(spline(b.surface({{-0.46F, y + 0.03F}, {-0.22F, y - bend}, {0, y + 0.012F}, {0.22F, y + bend}, {0.46F, y + 0.03F}}), 6), 0.022F,
         0.62F * p.wrinkles * p.wrinkles + 0.5F * raise * (0.25F + p.wrinkles));
  }
  for (const float side : {-1.0F, 1.0F}) {
    const float x = p.eye_x + p.eye_width;
    for (int i = 0; i < 3; ++i) {
      const float t = static_cast<float>(i) - 1;
      draw(b.surface({{side * (x + 0.035F), 0.01F + 0.035F * t},
                      {side * (x + 0.10F), 0.01F + 0.065F * t},
                      {side * (x + 0.17F), 0.02F + 0.10F * t}}),
           0.02F, 0.55F * p.wrinkles + 0.3F * act.squint * (0.3F + p.wrinkles));
    }
    draw(spline(b.surface({{side * (p.eye_x - 0.16F), 0.15F}, {side * p.eye_x, 0.215F}, {side * (p.eye_x + 0.15F), 0.18F}}), 6), 0.025F,
         0.15F + 0.5F * p.wrinkles);
    const float fold = 0.10F + 0.75F * p.wrinkles + 0.55F * act.cheek + 0.4F * act.nose_wrinkle;
    const float mouth = p.mouth_width + act.wide;
    draw(spline(b.surface({{side * (p.nose_width + 0.05F), p.nose_y - 0.10F},
                           {side * (mix(p.nose_width, mouth, 0.6F) + 0.10F), p.nose_y + 0.12F},
                           {side * (mouth + 0.12F), p.mouth_y - 0.02F}}),
                6),
         0.05F, 0.48F * fold);
    draw(b.surface({{side * (mouth + 0.045F), p.mouth_y + 0.04F},
                    {side * (mouth + 0.075F), p.mouth_y + 0.14F},
                    {side * (mouth + 0.06F), p.mouth_y + 0.24F}}),
         0.025F, 0.45F * p.wrinkles);
    draw(b.surface({{side * 0.065F, p.brow_y + 0.06F}, {side * 0.055F, p.brow_y - 0.02F}, {side * 0.07F, p.brow_y - 0.10F}}), 0.028F,
         0.7F * act.brow_together + 0.3F * p.wrinkles * p.wrinkles);
    if (act.nose_wrinkle > 0.2F)
      draw(b.surface({{side * 0.03F, 0.10F}, {side * 0.09F, 0.07F}, {side * 0.13F, 0.02F}}), 0.022F, 0.6F * act.nose_wrinkle);
  }
}

}  // namespace faceptor::synthetic::detail
