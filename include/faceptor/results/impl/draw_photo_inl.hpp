#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <faceptor/results/draw.hpp>
#include <faceptor/results/impl/draw_card_inl.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_pen.hpp>

/// What is drawn on the photo itself.
namespace faceptor::detail::card {

/// The landmarks to show: of the task that is asked for, else those with the most points; null where there are none.
FACEPTOR_INLINE const TaskResult* landmarks_to_draw(const Face& face, const std::string& task) {
  const TaskResult* best = nullptr;
  for (const auto& result : face) {
    if (!result.holds<Landmarks>() || (!task.empty() && result.task() != task)) continue;
    if (best == nullptr || result.get<Landmarks>().size() > best->get<Landmarks>().size()) best = &result;
  }
  return best;
}

/// The parsing map to show: of the task that is asked for, else the first; null where there is none.
FACEPTOR_INLINE const TaskResult* parsing_to_draw(const Face& face, const std::string& task) {
  for (const auto& result : face) {
    if (result.holds<ParsingMap>() && (task.empty() || result.task() == task)) return &result;
  }
  return nullptr;
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

/// What a face shows: its box, and whatever its results draw, in task order. Parsing lies below the boxes of all faces already.
FACEPTOR_INLINE void draw_face(PhotoPen& pen, const Face& face, const DrawOptions& options) {
  if (options.boxes && face.box.valid()) draw_box(pen.canvas(), pen.box(), pen.stroke(), pen.accent());
  const auto* landmarks = options.landmarks ? landmarks_to_draw(face, options.landmarks_task) : nullptr;
  for (const auto& result : face) {
    const bool shown = result.holds<Landmarks>() ? &result == landmarks : options.others && !result.holds<ParsingMap>();
    if (shown) result.draw(pen);
  }
  if (options.landmarks && landmarks == nullptr && face.points) {
    for (const auto& point : *face.points) pen.dot(point);
  }
}

/// @param pens  one a face
FACEPTOR_INLINE void draw_on_photo(std::vector<PhotoPen>& pens, const PhotoResult& result, const DrawOptions& options) {
  for (std::size_t i = 0; i < pens.size() && options.parsing; ++i) {
    if (const auto* map = parsing_to_draw(result[i], options.parsing_task)) map->draw(pens[i]);
  }
  for (std::size_t i = 0; i < pens.size(); ++i) draw_face(pens[i], result[i], options);
  // Numbers last, so that no neighbour covers them; they tell boxes and cards apart.
  for (std::size_t i = 0; i < pens.size() && pens.size() > 1 && (options.boxes || options.cards); ++i) {
    auto& pen = pens[i];
    const auto box = pen.box();
    const float size = std::clamp(0.16F * (box.x1 - box.x0), 12 * pen.unit(), 20 * pen.unit());
    if (pen.face().valid()) draw_number(pen.canvas(), box, i, size, pen.accent());
  }
}

}  // namespace faceptor::detail::card
