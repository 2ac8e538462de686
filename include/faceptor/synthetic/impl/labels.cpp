#include <algorithm>

#include <faceptor/results/attributes.hpp>
#include <faceptor/synthetic/face_shape.hpp>
#include <faceptor/synthetic/impl/face_lines.hpp>
#include <faceptor/synthetic/impl/brush.hpp>
#include <faceptor/synthetic/labels.hpp>

namespace faceptor::synthetic {

namespace {

Point halfway(Point a, Point b) { return {0.5F * (a.x + b.x), 0.5F * (a.y + b.y)}; }

/// Collects points of one scheme, each with what could hide it.
class PointList {
 public:
  PointList(const PaintedFace& face, Size picture) : face_(face), picture_(picture), outline_(face.shape.face()) {}

  void on_outline(Point p) { add(p, true); }
  // What the turned head hides lies beyond its outline.
  void on_face(Point p) { add(p, inside(outline_, p)); }
  // A wing of the nose hides behind its tip.
  void on_wing(Point p, float side) {
    const HeadPose& pose = face_.shape.pose;
    add(p, side * (pose.to_head(p).x - pose.to_head(face_.shape.bridge[3]).x) > 0.02F);
  }
  FacePoints take() { return std::move(result_); }

 private:
  void add(Point p, bool visible) {
    const bool in_picture =
        p.x >= -0.5F && p.y >= -0.5F && p.x < static_cast<float>(picture_.width) - 0.5F && p.y < static_cast<float>(picture_.height) - 0.5F;
    const bool covered = std::any_of(face_.covers.begin(), face_.covers.end(), [&](const Points& cover) { return inside(cover, p); });
    result_.points.push_back(p);
    result_.visible.push_back(visible && in_picture && !covered ? 1 : 0);
  }

  const PaintedFace& face_;
  Size picture_;
  Points outline_;
  FacePoints result_;
};

constexpr std::array<int, 7> kLipTop = {0, 4, 9, 12, 15, 20, 24};
constexpr std::array<int, 5> kLipBottom = {20, 16, 12, 8, 4};

void add_contour(PointList& list, const FaceShape& s, int count) {
  for (const auto& p : resampled(s.contour, count)) list.on_outline(p);
}

void add_fine_brows(PointList& list, const FaceShape& s) {
  for (const int i : {0, 6, 12, 18, 24}) list.on_face(s.eyes[0].brow_upper[i]);
  for (const int i : {24, 18, 12, 6}) list.on_face(s.eyes[0].brow_lower[i]);
  for (const int i : {24, 18, 12, 6, 0}) list.on_face(s.eyes[1].brow_upper[i]);
  for (const int i : {6, 12, 18, 24}) list.on_face(s.eyes[1].brow_lower[i]);
}

void add_bridge(PointList& list, const FaceShape& s) {
  for (const auto& p : s.bridge) list.on_face(p);
}

void add_nose(PointList& list, const FaceShape& s) {
  add_bridge(list, s);
  for (std::size_t i = 0; i < 5; ++i) i == 2 ? list.on_face(s.nose_base[i]) : list.on_wing(s.nose_base[i], i < 2 ? -1.0F : 1.0F);
}

// Outer corner, upper lid, inner corner, lower lid back; the image-right eye from its inner corner on.
void add_eye(PointList& list, const FaceShape& s, int which, std::initializer_list<int> places) {
  const Eye& eye = s.eyes[which];
  const auto upper = [&](int i) { list.on_face(eye.upper[i]); };
  const auto lower = [&](int i) { list.on_face(eye.lower[i]); };
  const std::vector<int> there(places), back(there.rbegin(), there.rend());
  upper(which == 0 ? 0 : detail::kSteps);
  for (const int i : which == 0 ? there : back) upper(i);
  upper(which == 0 ? detail::kSteps : 0);
  for (const int i : which == 0 ? back : there) lower(i);
}

void add_mouth(PointList& list, const FaceShape& s) {
  for (const int i : kLipTop) list.on_face(s.lip_top[i]);
  for (const int i : kLipBottom) list.on_face(s.lip_bottom[i]);
  for (const int i : {0, 6, 12, 18, 24}) list.on_face(s.mouth_top[i]);
  for (const int i : {18, 12, 6}) list.on_face(s.mouth_bottom[i]);
}

FacePoints points_68(const PaintedFace& face, Size picture) {
  const FaceShape& s = face.shape;
  PointList list(face, picture);
  add_contour(list, s, 17);
  const auto ridge = [&](int which, int i) { list.on_face(halfway(s.eyes[which].brow_upper[i], s.eyes[which].brow_middle[i])); };
  for (const int i : {0, 6, 12, 18, 24}) ridge(0, i);
  for (const int i : {24, 18, 12, 6, 0}) ridge(1, i);
  add_nose(list, s);
  for (int which = 0; which < 2; ++which) add_eye(list, s, which, {8, 16});
  add_mouth(list, s);
  return list.take();
}

FacePoints points_98(const PaintedFace& face, Size picture) {
  const FaceShape& s = face.shape;
  PointList list(face, picture);
  add_contour(list, s, 33);
  add_fine_brows(list, s);
  add_nose(list, s);
  for (int which = 0; which < 2; ++which) add_eye(list, s, which, {6, 12, 18});
  add_mouth(list, s);
  for (const auto& eye : s.eyes) list.on_face(eye.iris);
  return list.take();
}

FacePoints points_106(const PaintedFace& face, Size picture) {
  const FaceShape& s = face.shape;
  PointList list(face, picture);
  add_contour(list, s, 33);
  add_fine_brows(list, s);
  add_bridge(list, s);
  // The outline of the nose was drawn through 13 places, 6 pieces between two of them.
  for (std::size_t i = 1; i <= 11; ++i) i == 6 ? list.on_face(s.nose[6 * i]) : list.on_wing(s.nose[6 * i], i < 6 ? -1.0F : 1.0F);
  for (int which = 0; which < 2; ++which) {
    add_eye(list, s, which, {6, 12, 18});
    list.on_face(s.eyes[which].middle);
  }
  add_mouth(list, s);
  for (const auto& eye : s.eyes) list.on_face(eye.iris);
  return list.take();
}

FacePoints points_29(const PaintedFace& face, Size picture) {
  const FaceShape& s = face.shape;
  PointList list(face, picture);
  for (const int i : {0, detail::kSteps}) {
    for (const auto& eye : s.eyes) list.on_face(eye.brow_middle[i]);
  }
  for (const auto& eye : s.eyes) {
    list.on_face(eye.brow_upper[detail::kSteps / 2]);
    list.on_face(eye.brow_lower[detail::kSteps / 2]);
  }
  for (const int i : {0, detail::kSteps}) {
    for (const auto& eye : s.eyes) list.on_face(eye.upper[i]);
  }
  for (const auto& eye : s.eyes) {
    list.on_face(eye.upper[detail::kSteps / 2]);
    list.on_face(eye.lower[detail::kSteps / 2]);
  }
  for (const auto& eye : s.eyes) list.on_face(eye.iris);
  list.on_wing(s.nose[18], -1);
  list.on_wing(s.nose[54], 1);
  list.on_face(s.bridge[3]);
  list.on_face(s.nose_base[2]);
  list.on_face(s.lip_top.front());
  list.on_face(s.lip_top.back());
  for (const Points* line : {&s.lip_top, &s.mouth_top, &s.mouth_bottom, &s.lip_bottom}) list.on_face((*line)[detail::kSteps / 2]);
  list.on_outline(s.contour[s.contour.size() / 2]);
  return list.take();
}

FacePoints points_19(const PaintedFace& face, Size picture) {
  const FaceShape& s = face.shape;
  PointList list(face, picture);
  for (const int i : {0, detail::kSteps / 2, detail::kSteps}) list.on_face(s.eyes[0].brow_middle[i]);
  for (const int i : {detail::kSteps, detail::kSteps / 2, 0}) list.on_face(s.eyes[1].brow_middle[i]);
  for (int which = 0; which < 2; ++which) {
    const Eye& eye = s.eyes[which];
    list.on_face(eye.upper[which == 0 ? 0 : detail::kSteps]);
    list.on_face(halfway(eye.upper[detail::kSteps / 2], eye.lower[detail::kSteps / 2]));
    list.on_face(eye.upper[which == 0 ? detail::kSteps : 0]);
  }
  list.on_wing(s.nose[18], -1);
  list.on_face(s.bridge[3]);
  list.on_wing(s.nose[54], 1);
  list.on_face(s.lip_top.front());
  list.on_face(halfway(s.mouth_top[detail::kSteps / 2], s.mouth_bottom[detail::kSteps / 2]));
  list.on_face(s.lip_top.back());
  list.on_outline(s.contour[s.contour.size() / 2]);
  return list.take();
}

}  // namespace

FaceLandmarks landmarks_of(const PaintedFace& face, Size picture) {
  return {points_68(face, picture), points_98(face, picture), points_29(face, picture), points_19(face, picture),
          points_106(face, picture)};
}

FivePoints five_points_of(const FaceShape& s) noexcept {
  return {s.eyes[0].iris, s.eyes[1].iris, s.bridge[3], s.lip_top.front(), s.lip_top.back()};
}

Box box_of(const FaceShape& shape, const Person& person) {
  Points outline = shape.contour;
  outline.push_back(shape.pose.surface(0, person.hairline_y));
  return Box::around(outline);
}

std::array<std::int8_t, 40> attributes_of(const Person& p, const Appearance& look) {
  std::array<std::int8_t, 40> values{};
  const auto set = [&](std::string_view name, bool value) {
    const auto& names = results::kCelebaAttributeNames;
    values[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())] = value ? 1 : 0;
  };
  values.fill(-1);
  const FacialHair beard = look.facial_hair;
  const HairStyle style = p.hair_style;
  const bool hat = look.hat != Hat::none, open_collar = look.clothes == Clothes::shirt || look.clothes == Clothes::shirt_and_tie;
  const bool hair = style != HairStyle::bald, grey = p.greyness > 0.5F;
  set("5_o_Clock_Shadow", beard == FacialHair::stubble);
  set("Arched_Eyebrows", p.brow_arch > 0.075F);
  set("Bags_Under_Eyes", p.wrinkles > 0.5F);
  if (!hat) set("Bald", !hair);
  set("Bangs", style == HairStyle::fringe);
  set("Big_Lips", p.upper_lip + p.lower_lip > 0.25F);
  set("Big_Nose", p.nose_width > 0.275F);
  set("Black_Hair", hair && !grey && p.hair_tone == HairTone::black);
  set("Blond_Hair", hair && !grey && p.hair_tone == HairTone::blond);
  set("Blurry", look.blur > 0);
  set("Brown_Hair", hair && !grey && p.hair_tone == HairTone::brown);
  set("Bushy_Eyebrows", p.brow_thickness > 0.1F);
  set("Chubby", p.fullness > 0.8F);
  set("Eyeglasses", look.glasses != Glasses::none);
  set("Goatee", beard == FacialHair::goatee);
  set("Gray_Hair", hair && grey);
  set("Heavy_Makeup", look.makeup > 0.6F);
  set("Male", p.male);
  set("Mouth_Slightly_Open", look.actions.open > 0.01F);
  set("Mustache", beard == FacialHair::moustache || beard == FacialHair::goatee || beard == FacialHair::beard);
  set("Narrow_Eyes", p.eye_open < 0.85F);
  set("No_Beard", beard == FacialHair::none);
  set("Pale_Skin", p.skin_tone < 0.1F);
  if (!hat) set("Receding_Hairline", style == HairStyle::receding);
  set("Rosy_Cheeks", 0.40F * p.rosiness + 0.35F * look.makeup > 0.35F);
  set("Sideburns", beard == FacialHair::beard);
  set("Smiling", look.emotion == Emotion::happy);
  set("Straight_Hair",
      style == HairStyle::long_straight || style == HairStyle::bob || style == HairStyle::fringe || style == HairStyle::side_part);
  set("Wavy_Hair", style == HairStyle::long_wavy || style == HairStyle::curly);
  set("Wearing_Earrings", look.earrings && !detail::covers_ears(p));
  set("Wearing_Hat", hat);
  set("Wearing_Lipstick", look.lipstick);
  set("Wearing_Necklace", look.necklace && !open_collar);
  set("Wearing_Necktie", look.clothes == Clothes::shirt_and_tie);
  set("Young", p.age < 40);
  return values;
}

}  // namespace faceptor::synthetic
