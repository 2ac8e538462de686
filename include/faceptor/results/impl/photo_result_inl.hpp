#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/core/json.hpp>
#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/photo_result.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE nlohmann::json json_points(const FivePoints& points) {
  auto out = nlohmann::json::array();
  for (const auto& point : points) {
    out.push_back(nlohmann::json::array({results::detail::json_number(point.x), results::detail::json_number(point.y)}));
  }
  return out;
}

/// A face in either kind of JSON object: the ordered kind keeps the tasks' order.
template <class Json>
Json json_face(const Face& face, const JsonOptions& options) {
  const auto& box = face.box;
  if (!all_finite(std::vector<Point>{{box.x0, box.y0}, {box.x1, box.y1}}) || !std::isfinite(face.score)) {
    throw Error(ErrorCode::argument, "results: the box or score of a face is not finite");
  }
  Json out = Json::object();
  out["box"] = results::detail::json_box(box);
  out["score"] = results::detail::json_number(face.score);
  if (options.full && face.points) {
    if (!all_finite(*face.points)) throw Error(ErrorCode::argument, "results: a point of a face is not finite");
    out["points"] = json_points(*face.points);
  }
  auto& tasks = out["tasks"] = Json::object();
  auto views = Json::object();
  for (const auto& result : face.results()) {
    nlohmann::json object;
    result.write(object, options.full);
    tasks[result.task()] = std::move(object);
    if (options.full && !result.view().empty()) views[result.task()] = result.view();
  }
  if (!views.empty()) out["views"] = std::move(views);
  return out;
}

template <class Json>
Json json_photo(const PhotoResult& result, const JsonOptions& options) {
  Json out = Json::object();
  out["schema"] = PhotoResult::kSchema;
  out["photo"] = result.photo;
  out["width"] = result.width;
  out["height"] = result.height;
  auto& faces = out["faces"] = Json::array();
  for (const auto& face : result.faces) faces.push_back(json_face<Json>(face, options));
  if (result.untrained) out["untrained"] = true;
  out["error"] = result.error ? Json(*result.error) : Json(nullptr);
  return out;
}

FACEPTOR_INLINE Face read_face(const nlohmann::json& in, const std::vector<std::string>& task_order) {
  namespace json = results::detail;
  Face face(json::box_field(in, "a face", "box"), json::float_field(in, "a face", "score"));
  if (in.contains("points")) {
    FivePoints points;
    const auto& list = json::array_field(in, "a face", "points", 5);
    for (std::size_t i = 0; i < 5; ++i) {
      if (!list[i].is_array() || list[i].size() != 2) throw json::wrong_field("a face", "points").expected("five pairs [x, y]");
      points[i] = {json::float_of(list[i][0], "a face", "points"), json::float_of(list[i][1], "a face", "points")};
    }
    face.points = points;
  }
  const auto& tasks = json::json_member(in, "a face", "tasks");
  if (!tasks.is_object()) throw json::wrong_field("a face", "tasks").expected("an object").found(tasks.type_name());
  const auto views = in.value("views", nlohmann::json::object());
  if (!views.is_object()) throw json::wrong_field("a face", "views").expected("an object").found(views.type_name());
  for (const auto& task : task_order) {
    auto result = results::read_task_result(task, tasks.at(task));
    face.add(views.contains(task) ? result.of_view(json::string_field(views, "a face's views", task)) : std::move(result));
  }
  return face;
}

/// The names of each face's tasks, in the order of the current JSON.
template <class Json>
std::vector<std::vector<std::string>> task_orders(const Json& in) {
  std::vector<std::vector<std::string>> orders;
  if (!in.is_object() || !in.contains("faces") || !in.at("faces").is_array()) return orders;
  for (const auto& face : in.at("faces")) {
    auto& order = orders.emplace_back();
    if (!face.is_object() || !face.contains("tasks") || !face.at("tasks").is_object()) continue;
    for (const auto& task : face.at("tasks").items()) order.push_back(task.key());
  }
  return orders;
}

FACEPTOR_INLINE PhotoResult read_photo(const nlohmann::json& in, const std::vector<std::vector<std::string>>& orders) {
  namespace json = results::detail;
  constexpr std::string_view kType = "a photo's result";
  const auto schema = json::integer_field(in, kType, "schema", INT64_MIN, INT64_MAX);
  if (schema != PhotoResult::kSchema) {
    throw Error(ErrorCode::unsupported, "results: the JSON is of another schema")
        .expected(std::to_string(PhotoResult::kSchema))
        .found(std::to_string(schema));
  }
  PhotoResult result;
  result.photo = json::string_field(in, kType, "photo");
  result.width = static_cast<int>(json::integer_field(in, kType, "width", 0, INT32_MAX));
  result.height = static_cast<int>(json::integer_field(in, kType, "height", 0, INT32_MAX));
  const auto& faces = json::array_field(in, kType, "faces");
  for (std::size_t i = 0; i < faces.size(); ++i) result.faces.push_back(read_face(faces[i], orders[i]));
  if (const auto& error = json::json_member(in, kType, "error"); !error.is_null()) result.error = json::string_of(error, kType, "error");
  if (in.contains("untrained")) {
    if (!in["untrained"].is_boolean()) throw json::wrong_field(kType, "untrained").expected("true or false");
    result.untrained = in["untrained"].get<bool>();
  }
  return result;
}

}  // namespace detail

FACEPTOR_INLINE std::string json_line(const PhotoResult& result, const JsonOptions& options) {
  nlohmann::ordered_json out;
  write_json(out, result, options);
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

FACEPTOR_INLINE void write_json(nlohmann::json& out, const PhotoResult& result, const JsonOptions& options) {
  out = detail::json_photo<nlohmann::json>(result, options);
}

FACEPTOR_INLINE void write_json(nlohmann::ordered_json& out, const PhotoResult& result, const JsonOptions& options) {
  out = detail::json_photo<nlohmann::ordered_json>(result, options);
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const PhotoResult& result) { write_json(out, result); }

FACEPTOR_INLINE PhotoResult parse_json_line(std::string_view line) {
  const auto ordered = parse_json<nlohmann::ordered_json>(line, "results");
  if (ordered.is_discarded()) throw Error(ErrorCode::format, "results: this is not JSON").found(std::to_string(line.size()) + " bytes");
  return detail::read_photo(nlohmann::json(ordered), detail::task_orders(ordered));
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, PhotoResult& result) { result = detail::read_photo(in, detail::task_orders(in)); }

}  // namespace faceptor
