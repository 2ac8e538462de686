#pragma once

#include <cmath>
#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/crop.hpp>
#include <faceptor/transforms/parameters.hpp>
#include <faceptor/geometry/view_transform.hpp>

namespace faceptor::data::transforms {
namespace detail {

FACEPTOR_INLINE void arrive_at_view(TransformState& state, const View& view, bool normalised) {
  PlanarImage crop(view.size());
  const ViewTransform transform(state.picture_to_crop(), state.size(), view.size(), view.warp());
  extract(state.bytes(), view, transform, crop.values);
  state.arrive(std::move(crop), view.warp(), normalised);
}

FACEPTOR_INLINE FivePoints with_noise(FivePoints points, double noise, Random& random) {
  const double distance = std::hypot(points[1].x - points[0].x, points[1].y - points[0].y) * noise;
  for (auto& point : points) {
    point.x += static_cast<float>(distance * random.normal());
    point.y += static_cast<float>(distance * random.normal());
  }
  return points;
}

}  // namespace detail

FACEPTOR_INLINE void Crop::check() const {
  view.check();
  data::detail::check_parameter(kName, "detector.scale", detector.scale, 0.01, 100);
  data::detail::check_parameter(kName, "detector.shift_x", detector.shift_x, -10, 10);
  data::detail::check_parameter(kName, "detector.shift_y", detector.shift_y, -10, 10);
  data::detail::check_parameter(kName, "point_noise", point_noise, 0, 1);
}

FACEPTOR_INLINE nlohmann::json Crop::describe() const {
  nlohmann::json out = {{"view", view}};
  if (detector != DetectorBox{}) {
    out["detector"] = {
        {"scale", detector.scale}, {"shift_x", detector.shift_x}, {"shift_y", detector.shift_y}, {"square", detector.square}};
  }
  if (point_noise > 0) out["point_noise"] = point_noise;
  return out;
}

FACEPTOR_INLINE void Crop::apply(TransformState& state) const {
  const auto& sample = state.sample();
  const int width = sample.image.width(), height = sample.image.height();
  if (view.needs_points()) {
    auto points = face_points(sample);
    if (point_noise > 0) points = detail::with_noise(points, point_noise, state.random);
    state.aim(ViewTransform::of(view, width, height, nullptr, &points).matrix(), view.size());
  } else if (view.needs_box()) {
    const Box box = detector.of(face_box(sample));
    state.aim(ViewTransform::of(view, width, height, &box).matrix(), view.size());
  } else {
    state.aim(ViewTransform::of(view, width, height).matrix(), view.size());
  }
}

FACEPTOR_INLINE void Map::check() const { data::detail::check_parameter(kName, "warp", warp, 0, 1); }

FACEPTOR_INLINE nlohmann::json Map::describe() const {  // As a view writes them: 0.8, not 0.800000012.
  const nlohmann::json view = View().warp(warp).interpolation(interpolation);
  return {{"warp", view.at("warp")}, {"interpolation", view.at("interpolation")}};
}

FACEPTOR_INLINE void Map::apply(TransformState& state) const {
  const Size crop = state.target();
  const auto view = View(CropRule::whole, crop.width, crop.height).warp(warp).mean({0, 0, 0}).std({1, 1, 1}).interpolation(interpolation);
  detail::arrive_at_view(state, view, false);
}

FACEPTOR_INLINE void Extract::check() const { view.check(); }

FACEPTOR_INLINE nlohmann::json Extract::describe() const { return {{"view", view}}; }

FACEPTOR_INLINE void Extract::apply(TransformState& state) const {
  if (state.target() != view.size()) {
    throw Error(ErrorCode::argument, "data: the crop aimed at has another size than the view").where(view.name());
  }
  detail::arrive_at_view(state, view, true);
}

}  // namespace faceptor::data::transforms
