#include <faceptor/synthetic/face_shape.hpp>

#include <cmath>

#include "support/catch.hpp"

using faceptor::Point;
namespace syn = faceptor::synthetic;

namespace {

syn::HeadPose pose(float yaw, float roll) {
  syn::Appearance look;
  look.yaw = yaw;
  look.roll = roll;
  return {look, {100, 80}, 50};
}

}  // namespace

TEST_CASE("an upright head has its middle at the centre, and x to the image's right", "[synthetic][face_shape]") {
  const auto upright = pose(0, 0);
  CHECK(upright.center() == Point{100, 80});
  CHECK(upright.unit() == 50);
  // The middle of the face lies 0.2 units below the line of the eyes.
  CHECK(upright.at(0, 0.2F, 0).x == Approx(100));
  CHECK(upright.at(0, 0.2F, 0).y == Approx(80));
  CHECK(upright.at(1, 0.2F, 0).x == Approx(150));
  CHECK(upright.at(0, 1.2F, 0).y == Approx(130));
  CHECK(upright.to_head({150, 80}).x == Approx(1));
  CHECK(upright.to_head({100, 130}).y == Approx(1.2));
}

TEST_CASE("a turned head shows the nearer side, a leaning one turns clockwise", "[synthetic][face_shape]") {
  const auto turned = pose(0.4F, 0);
  CHECK(turned.yaw_sine() == Approx(std::sin(0.4F)));
  CHECK(turned.surface(0, 0.2F).x > 105);  // what stands out goes to the image's right
  CHECK(turned.faces_viewer(0, 0.2F));
  const auto far_turned = pose(0.5F, 0);
  CHECK(far_turned.faces_viewer(-1.05F, 0.2F));
  CHECK_FALSE(far_turned.faces_viewer(1.05F, 0.2F));
  const auto leaning = pose(0, 0.5F);
  const auto right = leaning.at(1, 0.2F, 0);
  CHECK(right.x == Approx(100 + 50 * std::cos(0.5F)));
  CHECK(right.y == Approx(80 + 50 * std::sin(0.5F)));
  const auto back = leaning.to_head(right);
  CHECK(back.x == Approx(1));
  CHECK(back.y == Approx(0.2));
}

TEST_CASE("a face's outlines are closed of their parts, and its mouth shut when nothing opens it", "[synthetic][face_shape]") {
  const auto person = syn::Person::draw(1, 8);
  const syn::FaceShape shape(person, syn::Appearance::plain(person), {100, 100}, 50);
  CHECK(shape.face().size() == shape.contour.size() + shape.skull.size());
  CHECK(shape.upper_lip().size() == shape.lip_top.size() + shape.mouth_top.size());
  CHECK(shape.lower_lip().size() == shape.lip_bottom.size() + shape.mouth_bottom.size());
  CHECK(shape.mouth_gap == Approx(0).margin(1e-6));
  CHECK(shape.bridge.size() == 4);
  CHECK(shape.nose_base.size() == 5);
  CHECK(shape.eyes[0].middle.x < shape.eyes[1].middle.x);
  CHECK(syn::inside(shape.face(), shape.eyes[0].iris));
}

TEST_CASE("expressions move the points as they should", "[synthetic]") {
  const syn::Person person = syn::Person::draw(1, 8);
  const auto shape = [&](syn::Emotion emotion) {
    syn::Appearance look = syn::Appearance::plain(person);
    look.actions = syn::Actions::of(emotion, 1);
    return syn::FaceShape(person, look, {100, 100}, 50);
  };
  const auto neutral = shape(syn::Emotion::neutral), happy = shape(syn::Emotion::happy), sad = shape(syn::Emotion::sad),
             surprised = shape(syn::Emotion::surprise), angry = shape(syn::Emotion::anger);
  CHECK(happy.lip_top.front().y < neutral.lip_top.front().y - 2);
  CHECK(sad.lip_top.front().y > neutral.lip_top.front().y + 2);
  CHECK(surprised.mouth_bottom[12].y - surprised.mouth_top[12].y > 8);
  CHECK(surprised.eyes[0].upper[12].y < neutral.eyes[0].upper[12].y - 1);
  CHECK(angry.eyes[0].brow_middle.back().y > neutral.eyes[0].brow_middle.back().y + 3);
}

TEST_CASE("lines are joined, turned around and walked along", "[synthetic][face_shape]") {
  const faceptor::Points line = {{0, 0}, {1, 0}, {1, 4}};
  CHECK(syn::joined(line, syn::reversed(line)) == faceptor::Points{{0, 0}, {1, 0}, {1, 4}, {1, 4}, {1, 0}, {0, 0}});
  CHECK(syn::along(line, 0) == Point{0, 0});
  CHECK(syn::along(line, 0.5F) == Point{1, 0});
  CHECK(syn::along(line, 0.75F) == Point{1, 2});
  CHECK(syn::along(line, 1) == Point{1, 4});
}
