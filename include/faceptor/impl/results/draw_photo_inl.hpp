#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <faceptor/impl/results/draw_card_inl.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/landmark_schemes.hpp>

/// What is drawn on the photo itself.
namespace faceptor::detail::card {

/// From photo pixels to those of the enlarged or shrunk photo.
struct PhotoScale {
  float x, y;
  CanvasPoint operator()(Point p) const { return {(p.x + 0.5F) * x - 0.5F, (p.y + 0.5F) * y - 0.5F}; }
  CanvasRect operator()(const Box& box) const {
    const auto a = (*this)(Point{box.x0, box.y0});
    const auto b = (*this)(Point{box.x1, box.y1});
    return {a.x, a.y, b.x, b.y};
  }
};

/// How thick lines on this face are: a share of its side.
FACEPTOR_INLINE float face_stroke(const Face& face, const PhotoScale& scale) {
  const float side = std::sqrt(std::max(0.0F, face.box.area() * scale.x * scale.y));
  return std::clamp(side * 0.006F, 1.0F, 4.0F);
}

FACEPTOR_INLINE const Landmarks* landmarks_to_draw(const Face& face, const std::string& task) {
  const Landmarks* best = nullptr;
  for (const auto& result : face) {
    if (!result.holds<Landmarks>() || (!task.empty() && result.task() != task)) continue;
    const auto& one = result.get<Landmarks>();
    if (best == nullptr || one.size() > best->size()) best = &one;
  }
  return best;
}

FACEPTOR_INLINE const ParsingMap* parsing_to_draw(const Face& face, const std::string& task) {
  for (const auto& result : face) {
    if (result.holds<ParsingMap>() && (task.empty() || result.task() == task)) return &result.get<ParsingMap>();
  }
  return nullptr;
}

FACEPTOR_INLINE void draw_parsing(Canvas& canvas, const ParsingMap& map, const PhotoScale& scale, float opacity, float stroke) {
  std::vector<Color> colors;
  for (const auto& color : map.colors) colors.push_back(color.with_alpha(opacity));
  if (!colors.empty()) colors[0].a = 0;
  const Box covered{static_cast<float>(map.x) - 0.5F, static_cast<float>(map.y) - 0.5F, static_cast<float>(map.x + map.width) - 0.5F,
                    static_cast<float>(map.y + map.height) - 0.5F};
  canvas.labels({.labels = map.labels,
                 .width = map.width,
                 .height = map.height,
                 .colors = colors,
                 .where = scale(covered),
                 .outline = 0.6F * stroke,
                 .outline_alpha = std::min(1.0F, 1.6F * opacity)});
}

FACEPTOR_INLINE void draw_points(Canvas& canvas, std::span<const CanvasPoint> points, std::span<const float> confidence, float radius,
                                 Color color) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float sure = confidence.empty() ? 1.0F : 0.3F + 0.7F * confidence[i];
    canvas.disc(points[i], radius + 1, Color{0, 0, 0}.with_alpha(0.45F * sure));
    canvas.disc(points[i], radius, color.with_alpha(sure));
  }
}

FACEPTOR_INLINE void draw_landmarks(Canvas& canvas, const Landmarks& landmarks, const PhotoScale& scale, float stroke, Color color) {
  std::vector<CanvasPoint> points;
  for (const auto& point : landmarks.points) points.push_back(scale(point));
  if (const auto* scheme = results::find_landmark_scheme(landmarks.scheme)) {
    for (const auto& contour : scheme->contours) {
      std::vector<CanvasPoint> path;
      for (const auto i : contour.points) path.push_back(points.at(i));
      canvas.polyline(path, contour.closed, 0.9F * stroke + 1.6F, Color{0, 0, 0}.with_alpha(0.28F));
      canvas.polyline(path, contour.closed, 0.9F * stroke, Color{255, 255, 255}.with_alpha(0.78F));
    }
  }
  draw_points(canvas, points, landmarks.confidence, 1.15F * stroke, color);
}

/// A thin frame with strong corners.
FACEPTOR_INLINE void draw_box(Canvas& canvas, const CanvasRect& box, float stroke, Color color) {
  canvas.frame(box, stroke + 2, Color{0, 0, 0}.with_alpha(0.25F), 4 * stroke);
  canvas.frame(box, stroke, color.with_alpha(0.55F), 4 * stroke);
  const float arm = 0.16F * std::min(box.x1 - box.x0, box.y1 - box.y0);
  for (const bool right : {false, true}) {
    for (const bool low : {false, true}) {
      const CanvasPoint corner{right ? box.x1 : box.x0, low ? box.y1 : box.y0};
      const float dx = right ? -1.0F : 1.0F;
      const float dy = low ? -1.0F : 1.0F;
      const float r = 4 * stroke;
      const CanvasPoint path[] = {{corner.x, corner.y + dy * arm},
                                  {corner.x, corner.y + dy * r},
                                  {corner.x + dx * 0.29F * r, corner.y + dy * 0.29F * r},
                                  {corner.x + dx * r, corner.y},
                                  {corner.x + dx * arm, corner.y}};
      canvas.polyline(path, false, 2.2F * stroke, color);
    }
  }
}

FACEPTOR_INLINE void draw_number(Canvas& canvas, const CanvasRect& box, std::size_t index, float size, Color color) {
  const auto number = std::to_string(index + 1);
  const float width = text_width(number, size) + 0.8F * size;
  const float height = 1.35F * size;
  const float left = std::max(box.x0, 0.0F);
  const float top = box.y0 - height - 2 >= 0 ? box.y0 - height - 2 : std::max(box.y0, 0.0F) + 2;
  canvas.rectangle({left, top, left + width, top + height}, color, 0.3F * size);
  canvas.text({left + 0.4F * size, top + 0.5F * (height + text_heights(size).capital)}, number, size, kPage);
}

FACEPTOR_INLINE void draw_on_photo(Image& photo, const PhotoResult& result, const DrawOptions& options, const PhotoScale& scale,
                                   float unit) {
  Canvas canvas(photo);
  for (const auto& face : result) {
    const auto* map = options.parsing ? parsing_to_draw(face, options.parsing_task) : nullptr;
    if (map != nullptr) draw_parsing(canvas, *map, scale, options.parsing_opacity, face_stroke(face, scale));
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto& face = result[i];
    const float stroke = face_stroke(face, scale);
    if (options.boxes && face.box.valid()) draw_box(canvas, scale(face.box), stroke, accent(i));
    if (options.landmarks) {
      if (const auto* landmarks = landmarks_to_draw(face, options.landmarks_task)) {
        draw_landmarks(canvas, *landmarks, scale, stroke, accent(i));
      } else if (face.points) {
        std::vector<CanvasPoint> points;
        for (const auto& point : *face.points) points.push_back(scale(point));
        draw_points(canvas, points, {}, 1.8F * stroke, accent(i));
      }
    }
  }
  // Numbers last, so that no neighbour covers them.
  for (std::size_t i = 0; i < result.size() && result.size() > 1; ++i) {
    const auto box = scale(result[i].box);
    if (result[i].box.valid()) draw_number(canvas, box, i, std::clamp(0.16F * (box.x1 - box.x0), 12 * unit, 20 * unit), accent(i));
  }
}

}  // namespace faceptor::detail::card
