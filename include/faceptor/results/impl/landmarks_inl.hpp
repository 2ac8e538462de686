#pragma once

#include <cmath>
#include <utility>

#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/landmark_schemes.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/photo_pen.hpp>

namespace faceptor::results {

FACEPTOR_INLINE Landmarks::Landmarks(std::string scheme, Points points, std::vector<float> confidence)
    : scheme(std::move(scheme)), points(std::move(points)), confidence(std::move(confidence)) {
  check();
}

FACEPTOR_INLINE Landmarks::Landmarks(std::string scheme, Points points) : scheme(std::move(scheme)), points(std::move(points)) {
  confidence.assign(this->points.size(), 1.0F);
  check();
}

FACEPTOR_INLINE void Landmarks::check() const {
  if (scheme.empty()) throw Error(ErrorCode::argument, "results: the scheme of Landmarks has no name");
  const auto* known = find_landmark_scheme(scheme);
  if (known != nullptr && known->size != points.size()) {
    throw Error(ErrorCode::argument, "results: the points of Landmarks are not those of scheme \"" + scheme + "\"")
        .expected(std::to_string(known->size))
        .found(std::to_string(points.size()));
  }
  if (confidence.size() != points.size()) {
    throw Error(ErrorCode::argument, "results: the confidences of Landmarks are not as many as its points")
        .expected(std::to_string(points.size()))
        .found(std::to_string(confidence.size()));
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!std::isfinite(points[i].x) || !std::isfinite(points[i].y)) {
      throw Error(ErrorCode::argument, fmt::format("results: point {} of Landmarks is not finite", i));
    }
  }
  detail::check_unit_range(kTypeName, "confidence", confidence);
}

FACEPTOR_INLINE Points Landmarks::region(std::string_view name) const {
  const auto& known = landmark_scheme(scheme);
  Points out;
  for (const auto i : known.region(name).points) out.push_back(points.at(i));
  return out;
}

FACEPTOR_INLINE FivePoints Landmarks::five_points() const { return results::five_points(landmark_scheme(scheme), points); }
FACEPTOR_INLINE float Landmarks::inter_ocular() const { return results::inter_ocular(landmark_scheme(scheme), points); }
FACEPTOR_INLINE float Landmarks::inter_pupil() const { return results::inter_pupil(landmark_scheme(scheme), points); }

FACEPTOR_INLINE void to_json(nlohmann::json& out, const Landmarks& value) {
  auto points = nlohmann::json::array();
  for (const auto& point : value.points) {
    points.push_back(nlohmann::json::array({detail::json_number(point.x), detail::json_number(point.y)}));
  }
  out = {{"scheme", value.scheme}, {"points", std::move(points)}, {"confidence", detail::json_numbers(value.confidence)}};
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, Landmarks& value) {
  constexpr auto type = Landmarks::kTypeName;
  Landmarks read;
  read.scheme = detail::string_field(in, type, "scheme");
  for (const auto& point : detail::array_field(in, type, "points")) {
    if (!point.is_array() || point.size() != 2) throw detail::wrong_field(type, "points").expected("pairs [x, y]");
    read.points.push_back({detail::float_of(point[0], type, "points"), detail::float_of(point[1], type, "points")});
  }
  read.confidence = detail::floats_field(in, type, "confidence");
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const Landmarks& value) { return fmt::format("{} points", value.size()); }

FACEPTOR_INLINE void draw_on(PhotoPen& pen, const Landmarks& value) {
  const float width = 0.9F * pen.stroke();
  if (const auto* scheme = find_landmark_scheme(value.scheme)) {
    for (const auto& contour : scheme->contours) {
      std::vector<CanvasPoint> path;
      for (const auto i : contour.points) path.push_back(pen.at(value.points.at(i)));
      pen.canvas().polyline(path, contour.closed, width + 1.6F, Color{0, 0, 0}.with_alpha(0.28F));
      pen.canvas().polyline(path, contour.closed, width, Color{255, 255, 255}.with_alpha(0.78F));
    }
  }
  for (std::size_t i = 0; i < value.size(); ++i) {
    const float sure = i < value.confidence.size() ? value.confidence[i] : 1.0F;
    pen.dot(value.points[i], 1.15F, 0.3F + 0.7F * sure);
  }
}

}  // namespace faceptor::results
