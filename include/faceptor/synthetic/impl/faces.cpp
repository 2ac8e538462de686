#include <faceptor/core/error.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/synthetic/impl/streams.hpp>
#include <faceptor/synthetic/person.hpp>

namespace faceptor::synthetic {

SyntheticFaces::SyntheticFaces(std::uint64_t seed, SyntheticOptions options) : seed_(seed), options_(options) {
  const Size size = options.size;
  for (const int side : {size.width, size.height}) {
    if (side < 16 || side > 8192)
      throw Error(ErrorCode::argument, "synthetic: no pictures of this size")
          .expected("sides of 16 to 8192 pixels")
          .found(std::to_string(side));
  }
  if (!(options.zoom >= 0.2F && options.zoom <= 4)) {
    throw Error(ErrorCode::argument, "synthetic: the zoom is out of range").expected("0.2 to 4").found(std::to_string(options.zoom));
  }
}

namespace {

// Where the five points of an identity crop stand in a square of 112: the template of ArcFace.
constexpr FivePoints kIdentityTemplate = {Point{38.2946F, 51.6963F}, Point{73.5318F, 51.5014F}, Point{56.0252F, 71.7366F},
                                          Point{41.5493F, 92.3655F}, Point{70.7299F, 92.2041F}};

// The place and unit that bring the five points nearest to the template, in least squares, without turning the face.
std::pair<Point, float> aligned_place(const Person& person, const Appearance& look, Size size) {
  const FivePoints points = five_points_of(FaceShape(person, look, {0, 0}, 1));
  const int side = std::min(size.width, size.height);
  const float scale = static_cast<float>(side) / 112;
  // The central square, as a crop of the short side cuts it.
  const Point corner{static_cast<float>((size.width - side) / 2), static_cast<float>((size.height - side) / 2)};
  Point from{}, to = corner;
  for (std::size_t i = 0; i < 5; ++i) {
    from = {from.x + points[i].x / 5, from.y + points[i].y / 5};
    to = {to.x + scale * kIdentityTemplate[i].x / 5, to.y + scale * kIdentityTemplate[i].y / 5};
  }
  float product = 0, square = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const float x = points[i].x - from.x, y = points[i].y - from.y;
    product += x * (corner.x + scale * kIdentityTemplate[i].x - to.x) + y * (corner.y + scale * kIdentityTemplate[i].y - to.y);
    square += x * x + y * y;
  }
  const float unit = product / square;
  return {{to.x - unit * from.x, to.y - unit * from.y}, unit};
}

}  // namespace

SyntheticFace SyntheticFaces::paint(Canvas& canvas, LabelMaps& labels, const Person& person, const Appearance& look, Point center,
                                    float unit) const {
  const PaintedFace painted = paint_face(canvas, labels, person, look, center, unit);
  SyntheticFace face;
  face.person = person;
  face.appearance = look;
  face.identity = person.identity;
  face.age = person.age;
  face.expression = static_cast<int>(look.emotion);
  face.male = person.male;
  face.attributes = attributes_of(person, look);
  face.box = box_of(painted.shape, person);
  face.five_points = five_points_of(painted.shape);
  face.landmarks = landmarks_of(painted, canvas.size());
  return face;
}

SyntheticSample SyntheticFaces::face(std::uint64_t index) const {
  const std::uint64_t count = options_.identities;
  const Person person = Person::draw(seed_, count == 0 ? index : index % count);
  Appearance look = options_.plain ? Appearance::plain(person) : Appearance::draw(seed_, person, count == 0 ? 0 : index / count);
  const Size size = options_.size;
  const float unit = look.framing * options_.zoom * static_cast<float>(std::min(size.width, size.height));
  std::pair<Point, float> place{
      {0.5F * static_cast<float>(size.width - 1) + look.shift_x * unit, 0.47F * static_cast<float>(size.height - 1) + look.shift_y * unit},
      unit};
  if (options_.aligned) {
    look.roll = 0;
    place = aligned_place(person, look, size);
  }
  SyntheticSample sample;
  Canvas canvas(size, {});
  sample.labels = LabelMaps(size);
  paint_backdrop(canvas, look);
  sample.face = paint(canvas, sample.labels, person, look, place.first, place.second);
  finish_photo(canvas, look);
  sample.image = canvas.image();
  return sample;
}

SyntheticPhoto SyntheticFaces::photo(std::uint64_t index, int count) const {
  if (count < 1 || count > 16) throw Error(ErrorCode::argument, "synthetic: a photo has 1 to 16 faces").found(std::to_string(count));
  const Size size = options_.size;
  Random random(seed_, {detail::kSceneStream, index});
  const float slot = static_cast<float>(size.width) / static_cast<float>(count);
  // A head with its hair is about three units wide and four high.
  const float largest = std::min(slot / 3.1F, static_cast<float>(size.height) * 0.2F) * std::min(options_.zoom, 1.0F);
  SyntheticPhoto photo;
  Canvas canvas(size, {});
  photo.labels = LabelMaps(size);
  Appearance scene;
  for (int i = 0; i < count; ++i) {
    const Person person = Person::draw(seed_, random.bits64());
    Appearance look = options_.plain ? Appearance::plain(person) : Appearance::draw(seed_, person, index);
    if (i == 0) {
      scene = look;
      paint_backdrop(canvas, scene);
    }
    // One light and one camera for all.
    look.light_x = scene.light_x, look.light_y = scene.light_y, look.light = scene.light, look.light_softness = scene.light_softness;
    look.blur = scene.blur, look.grey = scene.grey, look.noise = scene.noise;
    const float unit = largest * random.uniform(0.8F, 1.0F);
    const Point center{(static_cast<float>(i) + 0.5F) * slot - 0.5F, static_cast<float>(size.height) * random.uniform(0.42F, 0.5F)};
    photo.faces.push_back(paint(canvas, photo.labels, person, look, center, unit));
  }
  finish_photo(canvas, scene);
  photo.image = canvas.image();
  return photo;
}

}  // namespace faceptor::synthetic
