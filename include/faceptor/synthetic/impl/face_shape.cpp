#include <numbers>

#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/impl/face_lines.hpp>

namespace faceptor::synthetic {

namespace {

constexpr float kFaceMiddle = 0.2F;  // where `HeadPose::center` lies, in face units below the eyes
constexpr float kDepth = 0.72F;      // how far the face stands out before the plane of its outline

float face_depth(float x, float y) {
  const float a = x / 1.12F, b = (y - 0.05F) / 1.85F;
  return kDepth * std::sqrt(std::max(0.0F, 1 - a * a - b * b));
}

using detail::bow;
using detail::kSteps;

}  // namespace

HeadPose::HeadPose(const Appearance& a, Point center, float unit)
    : center_(center),
      unit_(unit),
      cy_(std::cos(a.yaw)),
      sy_(std::sin(a.yaw)),
      cp_(std::cos(a.pitch)),
      sp_(std::sin(a.pitch)),
      cr_(std::cos(a.roll)),
      sr_(std::sin(a.roll)),
      body_c_(std::cos(0.3F * a.roll)),
      body_s_(std::sin(0.3F * a.roll)) {}

Point HeadPose::place(float x, float y, float z) const noexcept {
  const float down = (y - kFaceMiddle) * cp_ + z * sp_;
  const float near = 1 + 0.04F * (z * cp_ - (y - kFaceMiddle) * sp_);
  const float px = x * near * unit_, py = down * near * unit_;
  return {center_.x + px * cr_ - py * sr_, center_.y + px * sr_ + py * cr_};
}

Point HeadPose::at(float x, float y, float z) const noexcept { return place(x * cy_ + z * sy_, y, z * cy_ - x * sy_); }

Point HeadPose::surface(float x, float y, float lift) const noexcept { return at(x, y, face_depth(x, y) + lift); }

Point HeadPose::outline(float x, float y, float z) const noexcept {
  const bool far = x * sy_ > 0;
  const float seen = far ? std::sqrt(cy_ * cy_ + 0.7F * sy_ * sy_) : cy_ + 0.25F * (1 - cy_);
  return place(x * seen + z * sy_, y, z * cy_);
}

Point HeadPose::body(float x, float y) const noexcept {
  const float px = (x - 0.1F * sy_) * unit_, py = (y - kFaceMiddle) * unit_;
  return {center_.x + px * body_c_ - py * body_s_, center_.y + px * body_s_ + py * body_c_};
}

bool HeadPose::faces_viewer(float x, float y) const noexcept {
  const float z = face_depth(x, y);
  // The gradient of the ellipsoid, turned by the yaw: its part towards the viewer.
  const float nx = x / (1.12F * 1.12F), nz = z / (kDepth * kDepth);
  return nz * cy_ - nx * sy_ > 0.08F;
}

Point HeadPose::to_head(Point pixel) const noexcept {
  const float dx = (pixel.x - center_.x) / unit_, dy = (pixel.y - center_.y) / unit_;
  return {dx * cr_ + dy * sr_, dy * cr_ - dx * sr_ + kFaceMiddle};
}

Points joined(std::span<const Point> first, std::span<const Point> second) {
  Points result(first.begin(), first.end());
  result.insert(result.end(), second.begin(), second.end());
  return result;
}

Points reversed(Points line) { return {line.rbegin(), line.rend()}; }

Point along(std::span<const Point> line, float t) noexcept {
  const float place = t * static_cast<float>(line.size() - 1);
  const std::size_t i = std::min(static_cast<std::size_t>(place), line.size() - 2);
  const float f = place - static_cast<float>(i);
  return {mix(line[i].x, line[i + 1].x, f), mix(line[i].y, line[i + 1].y, f)};
}

Points Eye::outline() const { return joined(upper, reversed(Points(lower.begin() + 1, lower.end() - 1))); }
Points Eye::brow() const { return joined(brow_upper, reversed(brow_lower)); }
Points FaceShape::face() const { return joined(contour, skull); }
Points FaceShape::upper_lip() const { return joined(lip_top, reversed(mouth_top)); }
Points FaceShape::lower_lip() const { return joined(mouth_bottom, reversed(lip_bottom)); }
Points FaceShape::mouth() const { return joined(mouth_top, reversed(mouth_bottom)); }

namespace {

void shape_outline(FaceShape& s, const Person& p, const Appearance& a) {
  const float jaw_drop = 0.32F * a.actions.open;
  const float w = p.face_width, cheek = 0.03F * (p.fullness - 0.3F);
  struct Place {
    float x, y, z;
  };
  // One side from the temple to the chin; the chin lies before the plane of the ears.
  const float c = p.chin_y + jaw_drop;
  const std::array<Place, 7> side = {Place{w, -0.02F, 0},
                                     Place{w * 0.995F + cheek * 0.5F, 0.26F, 0.01F},
                                     Place{mix(w, p.jaw_width, 0.25F) + cheek, 0.56F + 0.3F * jaw_drop, 0.04F},
                                     Place{p.jaw_width * 1.01F + cheek, mix(0.2F, c, 0.56F), 0.10F},
                                     Place{mix(p.jaw_width, p.chin_width, 0.48F) + cheek, mix(0.2F, c, 0.79F), 0.24F},
                                     Place{p.chin_width * 0.86F, mix(0.2F, c, 0.955F), 0.37F},
                                     Place{0, c, 0.42F}};
  Points line;
  for (const auto& q : side) line.push_back(s.pose.outline(-q.x, q.y, q.z));
  for (std::size_t i = side.size() - 1; i-- > 0;) line.push_back(s.pose.outline(side[i].x, side[i].y, side[i].z));
  s.contour = spline(line, 12);
  const std::array<Point, 9> top = {Point{w * 1.0F, -0.02F},   Point{w * 0.995F, -0.4F},  Point{w * 0.93F, -0.85F},
                                    Point{w * 0.66F, -1.27F},  Point{0, -1.5F},           Point{-w * 0.66F, -1.27F},
                                    Point{-w * 0.93F, -0.85F}, Point{-w * 0.995F, -0.4F}, Point{-w * 1.0F, -0.02F}};
  Points skull;
  for (const auto& q : top) skull.push_back(s.pose.outline(q.x, q.y, q.y < -0.1F ? -0.06F : 0));
  s.skull = spline(skull, 8);
  s.skull = Points(s.skull.begin() + 1, s.skull.end() - 1);
}

void shape_eye(FaceShape& s, const Person& p, const Appearance& a, int which) {
  const float side = which == 0 ? -1.0F : 1.0F;
  const Actions& act = a.actions;
  Eye& eye = s.eyes[which];
  const float open = std::max(0.28F, p.eye_open * (1 + act.eye_open));
  const float droop = 0.02F * p.wrinkles;
  const float up = 0.122F * open * (1 - 0.15F * act.squint), low = 0.066F * (0.5F + 0.5F * open) * (1 - 0.75F * act.squint);
  const float brow_raise = 0.5F * (act.brow_inner + act.brow_outer);
  const auto lid = [&](float u, float height, float peak) {
    const float x = p.eye_x + p.eye_width * (1 - 2 * u);
    const float skewed = std::pow(u, peak);
    const float y = mix(-p.eye_tilt, 0.022F, u) - height * bow(skewed, 0.72F);
    return s.pose.surface(side * x, y, -0.05F + 0.05F * bow(u, 1));
  };
  for (int i = 0; i <= kSteps; ++i) {
    const float u = static_cast<float>(i) / kSteps;
    eye.upper.push_back(lid(u, up, 0.92F));
    eye.lower.push_back(lid(u, -low, 1.1F));
    eye.fold.push_back(lid(mix(-0.03F, 0.97F, u) < 0 ? 0 : mix(-0.03F, 0.97F, u),
                           up + 0.05F + 0.045F * p.lid_fold - droop + 0.15F * std::max(0.0F, brow_raise), 0.9F));
  }
  // Down gaze would need a lowered lid: the iris moves a little only.
  const float iris = 0.108F * (1 + 0.1F * (p.eye_width - 0.22F) / 0.22F);
  eye.iris = s.pose.surface(side * p.eye_x + 0.055F * a.gaze_x, -0.5F * (up - low) * 0.62F - 0.004F + 0.03F * a.gaze_y, -0.01F);
  eye.iris_radius = iris * s.pose.unit();
  eye.middle = {0.5F * (eye.upper.front().x + eye.upper.back().x), 0.5F * (eye.upper.front().y + eye.upper.back().y)};
  for (int i = 0; i <= kSteps; ++i) {
    const float u = static_cast<float>(i) / kSteps;
    const float x = mix(p.eye_x + 0.325F, 0.155F - 0.035F * act.brow_together, u);
    const float arch = p.brow_arch * (bow(std::pow(u, 0.62F), 0.9F) * 1.25F);
    const float raise = mix(act.brow_outer, act.brow_inner, smoothstep(0, 1, u));
    const float tail = 0.075F * (1 - u) * (1 - u) - 0.02F * p.eye_tilt;
    const float y = p.brow_y - arch - raise + tail + 0.02F * (u - 0.5F);
    const float half = 0.5F * p.brow_thickness * mix(0.36F, 1.0F, smoothstep(0, 0.55F, u)) * (1 - 0.25F * smoothstep(0.85F, 1, u));
    eye.brow_middle.push_back(s.pose.surface(side * x, y, 0.03F));
    eye.brow_upper.push_back(s.pose.surface(side * x, y - half, 0.03F));
    eye.brow_lower.push_back(s.pose.surface(side * x, y + half, 0.03F));
  }
  const float e = p.ear_size, w = p.face_width;
  const std::array<Point, 9> ear = {Point{-0.07F, -0.10F}, Point{0.03F, -0.22F}, Point{0.13F, -0.23F},
                                    Point{0.185F, -0.10F}, Point{0.155F, 0.10F}, Point{0.10F, 0.26F},
                                    Point{0.06F, 0.41F},   Point{-0.01F, 0.44F}, Point{-0.07F, 0.34F}};
  Points outline;
  for (const auto& q : ear)
    outline.push_back(s.pose.at(side * (w - 0.02F + q.x * e), 0.06F + q.y * e, -0.22F - 0.5F * std::max(0.0F, q.x)));
  eye.ear = closed_spline(outline, 6);
  eye.lobe = s.pose.at(side * (w + 0.015F * e), 0.06F + 0.41F * e, -0.22F);
}

void shape_nose(FaceShape& s, const Person& p, const Appearance& a) {
  const float h = 0.30F * p.nose_height, w = p.nose_width, wrinkle = 0.03F * a.actions.nose_wrinkle + 0.012F * a.actions.cheek;
  const float end = p.nose_y - wrinkle, tip = end - 0.11F;
  for (int i = 0; i < 4; ++i) {
    const float t = static_cast<float>(i) / 3;
    s.bridge.push_back(s.pose.surface(0, mix(-0.03F, tip, t), mix(0.06F, h, std::pow(t, 1.2F))));
  }
  const float drop[] = {-0.055F, -0.015F, 0.012F, -0.015F, -0.055F};
  for (int i = 0; i < 5; ++i)
    s.nose_base.push_back(s.pose.surface(0.5F * static_cast<float>(i - 2) * w * 0.86F, end + drop[i],
                                         i == 2  ? 0.16F
                                         : i % 2 ? 0.12F
                                                 : 0.08F));
  struct Place {
    float x, y, lift;
  };
  const float wing = w * (1 + 0.06F * a.actions.cheek);
  const std::array<Place, 6> side = {Place{0.085F, -0.07F, 0.06F},
                                     Place{0.10F, mix(-0.07F, tip, 0.5F), 0.12F},
                                     Place{wing * 0.74F, tip - 0.02F, 0.12F},
                                     Place{wing * 1.02F, end - 0.10F, 0.08F},
                                     Place{wing * 0.90F, end - 0.035F, 0.08F},
                                     Place{wing * 0.45F, end - 0.005F, 0.12F}};
  Points outline;
  for (const auto& q : side) outline.push_back(s.pose.surface(-q.x, q.y, q.lift));
  outline.push_back(s.pose.surface(0, end + 0.015F, 0.16F));
  for (std::size_t i = side.size(); i-- > 0;) outline.push_back(s.pose.surface(side[i].x, side[i].y, side[i].lift));
  s.nose = closed_spline(outline, 6);
  for (int which = 0; which < 2; ++which) {
    const float sign = which == 0 ? -1.0F : 1.0F;
    const Point c = s.pose.surface(sign * w * 0.47F, end - 0.035F, 0.12F);
    const Point o = s.pose.surface(sign * w * 0.70F, end - 0.045F, 0.1F);
    const float angle = std::atan2(o.y - c.y, o.x - c.x);
    s.nostrils[which] = ellipse(c, 0.066F * s.pose.unit() * w / 0.25F, 0.027F * s.pose.unit(), angle, 24);
    Points crease;
    const std::array<Point, 4> places = {Point{wing * 0.86F, end - 0.175F}, Point{wing * 1.03F, end - 0.11F},
                                         Point{wing * 1.0F, end - 0.055F}, Point{wing * 0.84F, end - 0.025F}};
    for (const auto& q : places) crease.push_back(s.pose.surface(sign * q.x, q.y, 0.08F));
    s.wings[which] = spline(crease, 6);
  }
}

void shape_mouth(FaceShape& s, const Person& p, const Appearance& a) {
  const Actions& act = a.actions;
  const float half = p.mouth_width + act.wide;
  const float thin = 1 - 0.5F * act.press - 0.9F * std::max(0.0F, act.wide);
  const float up = p.upper_lip * thin * (1 - 0.25F * std::min(1.0F, act.open / 0.3F)), low = p.lower_lip * thin;
  s.mouth_gap = act.open;
  const float y0 = p.mouth_y + 0.3F * act.open * 0.5F - 0.012F * act.cheek;
  const auto place = [&](float u, float offset) {
    const float t = 2 * u - 1;
    // The corners rise or fall more than the middle; the lips lie on the round row of teeth.
    const float line = y0 - (act.corner + 0.016F) * (t * t - 0.25F) + 0.018F * bow(u, 1) * (act.open > 0 ? 0.0F : 1.0F);
    return s.pose.surface(half * t, line + offset, 0.09F * (1 - 0.8F * t * t));
  };
  for (int i = 0; i <= kSteps; ++i) {
    const float u = static_cast<float>(i) / kSteps;
    const float dip = std::exp(-(u - 0.5F) * (u - 0.5F) / (2 * 0.055F * 0.055F));
    const float top_gap = -0.34F * act.open * bow(u, 0.6F) - 0.4F * act.upper_lip * bow(u, 1);
    const float bottom_gap = 0.66F * act.open * bow(u, 0.75F);
    s.lip_top.push_back(place(u, top_gap - up * (bow(u, 0.75F) * (1 - 0.22F * dip)) - 0.6F * act.upper_lip * bow(u, 0.8F)));
    s.lip_bottom.push_back(place(u, bottom_gap + low * bow(u, 0.62F)));
    const float v = mix(0.045F, 0.955F, u);
    const float seam = 0.008F * std::exp(-(v - 0.5F) * (v - 0.5F) / (2 * 0.06F * 0.06F));
    s.mouth_top.push_back(place(v, -0.34F * act.open * bow(u, 0.55F) - 0.4F * act.upper_lip * bow(u, 0.8F) + seam));
    s.mouth_bottom.push_back(place(v, bottom_gap * (u > 0 && u < 1 ? 1.0F : 0.0F) + seam));
  }
}

}  // namespace

FaceShape::FaceShape(const Person& person, const Appearance& appearance, Point center, float unit) : pose(appearance, center, unit) {
  shape_outline(*this, person, appearance);
  for (int which = 0; which < 2; ++which) shape_eye(*this, person, appearance, which);
  shape_nose(*this, person, appearance);
  shape_mouth(*this, person, appearance);
}

}  // namespace faceptor::synthetic
