#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/geometry/view_transform.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/impl/parameters.hpp>

namespace faceptor::transforms {
namespace {

Box checked_box(const Box& box, const char* from) {
  if (box.valid()) return box;
  throw Error(ErrorCode::argument, std::string("data: the face's box, from ") + from + ", is empty or not finite");
}

Box box_around_five(const FivePoints& points) {
  // The box is taken to stand upright whatever the face does, as detectors draw it.
  const auto usual = five_points_from_box({0, 0, 1, 1});
  const Matrix m = fit_similarity(usual, points);
  const auto center = transformed(m, Points{{0.5F, 0.5F}});
  const auto half = static_cast<float>(0.5 * std::hypot(m(0, 0), m(1, 0)));
  return {center[0].x - half, center[0].y - half, center[0].x + half, center[0].y + half};
}

Error no_face_error(const char* what) {
  return Error(ErrorCode::argument, std::string("data: the sample says nothing of ") + what)
      .hint("its data set must give a box or five points, or the task look at the whole picture");
}

}  // namespace

Box face_box(const datasets::Annotation& annotation) {
  if (annotation.box) return checked_box(*annotation.box, "its annotation");
  const auto* landmarks = std::get_if<datasets::LandmarkLabels>(&annotation.label);
  if (landmarks != nullptr && !landmarks->points.empty()) {
    return checked_box(Box::around(landmarks->points).squared(), "its landmarks");
  }
  if (annotation.points) return checked_box(box_around_five(*annotation.points), "its five points");
  throw no_face_error("its face's box");
}

FivePoints face_points(const datasets::Annotation& annotation) {
  if (annotation.points) return *annotation.points;
  if (const auto* landmarks = std::get_if<datasets::LandmarkLabels>(&annotation.label)) {
    FivePoints five;
    if (landmarks->points.size() == five.size()) {
      std::copy(landmarks->points.begin(), landmarks->points.end(), five.begin());
      return five;
    }
    const auto* scheme = results::find_landmark_scheme(std::to_string(landmarks->points.size()));
    if (scheme != nullptr) return results::five_points(*scheme, landmarks->points);
  }
  if (annotation.box) return five_points_from_box(checked_box(*annotation.box, "its annotation"));
  throw no_face_error("its face's five points");
}

Box DetectorBox::of(const Box& annotated) const {
  // Not through centre and sides, which would round: evaluation is to see the very bits of use.
  if (*this == DetectorBox{}) return annotated;
  const Box box = (square ? annotated.squared() : annotated).scaled(static_cast<float>(scale));
  const auto dx = static_cast<float>(shift_x) * annotated.width(), dy = static_cast<float>(shift_y) * annotated.height();
  return {box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy};
}

namespace {

void arrive_at_view(TransformState& state, const View& view, bool normalised) {
  PlanarImage crop(view.size());
  const ViewTransform transform(state.picture_to_crop(), state.size(), view.size(), view.warp());
  extract(state.bytes(), view, transform, crop.values);
  state.arrive(std::move(crop), view.warp(), normalised);
}

FivePoints with_noise(FivePoints points, double noise, Random& random) {
  const double distance = std::hypot(points[1].x - points[0].x, points[1].y - points[0].y) * noise;
  for (auto& point : points) {
    point.x += static_cast<float>(distance * random.normal());
    point.y += static_cast<float>(distance * random.normal());
  }
  return points;
}

}  // namespace

void Crop::check() const {
  view.check();
  detail::check_parameter(kName, "detector.scale", detector.scale, 0.01, 100);
  detail::check_parameter(kName, "detector.shift_x", detector.shift_x, -10, 10);
  detail::check_parameter(kName, "detector.shift_y", detector.shift_y, -10, 10);
  detail::check_parameter(kName, "point_noise", point_noise, 0, 1);
}

nlohmann::json Crop::describe() const {
  nlohmann::json out = {{"view", view}};
  if (detector != DetectorBox{}) {
    out["detector"] = {
        {"scale", detector.scale}, {"shift_x", detector.shift_x}, {"shift_y", detector.shift_y}, {"square", detector.square}};
  }
  if (point_noise > 0) out["point_noise"] = point_noise;
  return out;
}

void Crop::apply(TransformState& state) const {
  const auto& sample = state.sample();
  const int width = sample.image.width(), height = sample.image.height();
  if (view.needs_points()) {
    auto points = face_points(sample);
    if (point_noise > 0) points = with_noise(points, point_noise, state.random);
    state.aim(ViewTransform::of(view, width, height, nullptr, &points).matrix(), view.size());
  } else if (view.needs_box()) {
    const Box box = detector.of(face_box(sample));
    state.aim(ViewTransform::of(view, width, height, &box).matrix(), view.size());
  } else {
    state.aim(ViewTransform::of(view, width, height).matrix(), view.size());
  }
}

void Map::check() const { detail::check_parameter(kName, "warp", warp, 0, 1); }

nlohmann::json Map::describe() const {  // As a view writes them: 0.8, not 0.800000012.
  const nlohmann::json view = View().warp(warp).interpolation(interpolation);
  return {{"warp", view.at("warp")}, {"interpolation", view.at("interpolation")}};
}

void Map::apply(TransformState& state) const {
  const Size crop = state.target();
  const auto view = View(CropRule::whole, crop.width, crop.height).warp(warp).mean({0, 0, 0}).std({1, 1, 1}).interpolation(interpolation);
  arrive_at_view(state, view, false);
}

void Extract::check() const { view.check(); }

nlohmann::json Extract::describe() const { return {{"view", view}}; }

void Extract::apply(TransformState& state) const {
  if (state.target() != view.size()) {
    throw Error(ErrorCode::argument, "data: the crop aimed at has another size than the view").where(view.name());
  }
  arrive_at_view(state, view, true);
}

namespace {

double uniform_between(Random& random, double low, double high) { return low + (high - low) * random.uniform(); }

void aim_similarity(TransformState& state, const SimilarityDraws& draws) {
  const Size crop = state.target();
  state.aim_further(similarity_about_center(draws, crop, crop), crop);
}

}  // namespace

RandomSimilarity RandomSimilarity::about(double face_scale) { return {.smallest = face_scale - 0.1, .largest = face_scale + 0.1}; }

SimilarityDraws RandomSimilarity::draw(Random& random) const {
  SimilarityDraws draws;
  draws.shift_x = uniform_between(random, -shift, shift);
  draws.shift_y = uniform_between(random, -shift, shift);
  draws.rotation = uniform_between(random, -rotation, rotation);
  draws.scale = uniform_between(random, smallest, largest);
  return draws;
}

void RandomSimilarity::check() const {
  detail::check_parameter(kName, "shift", shift, 0, 10);
  detail::check_parameter(kName, "rotation", rotation, 0, std::numbers::pi);
  detail::check_range(kName, "smallest and largest", smallest, largest, 0.01, 100);
}

nlohmann::json RandomSimilarity::describe() const {
  return {{"shift", shift}, {"rotation", rotation}, {"smallest", smallest}, {"largest", largest}, {"draws", "uniform"}};
}

void RandomSimilarity::apply(TransformState& state) const { aim_similarity(state, draw(state.random)); }

SimilarityDraws NormalSimilarity::draw(Random& random) const {
  SimilarityDraws draws;
  draws.shift_x = uniform_between(random, -shift, shift);
  draws.shift_y = uniform_between(random, -shift, shift);
  draws.rotation = rotation * random.normal();
  draws.scale = std::max(0.01, scale + deviation * random.normal());
  return draws;
}

void NormalSimilarity::check() const {
  detail::check_parameter(kName, "shift", shift, 0, 10);
  detail::check_parameter(kName, "rotation", rotation, 0, 10);
  detail::check_parameter(kName, "scale", scale, 0.01, 100);
  detail::check_parameter(kName, "deviation", deviation, 0, 100);
}

nlohmann::json NormalSimilarity::describe() const {
  return {{"shift", shift}, {"rotation", rotation}, {"scale", scale}, {"deviation", deviation}, {"draws", "normal"}};
}

void NormalSimilarity::apply(TransformState& state) const { aim_similarity(state, draw(state.random)); }

}  // namespace faceptor::transforms
