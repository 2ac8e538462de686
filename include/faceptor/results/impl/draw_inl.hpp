#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <faceptor/image/resize.hpp>
#include <faceptor/results/draw.hpp>
#include <faceptor/results/impl/draw_photo_inl.hpp>
#include <faceptor/results/parsing_map.hpp>

namespace faceptor {
namespace detail::card {

/// A part of the page: what draws it, and where it lies once placed.
struct Block {
  float height = 0;
  float x = 0;
  float y = 0;
};

struct LegendEntry {
  std::string title;
  Color color;
};

/// The classes that any face shows, each once.
FACEPTOR_INLINE std::vector<LegendEntry> legend_of(const PhotoResult& result, const DrawOptions& options) {
  std::vector<LegendEntry> legend;
  for (const auto& face : result) {
    const auto* drawn = options.parsing ? parsing_to_draw(face, options.parsing_task) : nullptr;
    if (drawn == nullptr) continue;
    const auto& map = drawn->get<ParsingMap>();
    const auto counts = map.pixels();
    const bool celeba = map.classes == results::kCelebaMaskHqClasses.names();
    for (std::size_t i = 1; i < counts.size(); ++i) {
      const auto title = celeba ? std::string(results::kCelebaMaskHqClasses.classes[i].title) : map.classes[i];
      const bool known = std::any_of(legend.begin(), legend.end(), [&](const auto& entry) { return entry.title == title; });
      if (counts[i] > 0 && !known) legend.push_back({title, map.colors[i]});
    }
  }
  return legend;
}

/// Draws or measures the legend; its height in pixels.
FACEPTOR_INLINE float legend_card(Canvas* canvas, const std::vector<LegendEntry>& legend, float x, float y, float width, float unit) {
  const float padding = 14 * unit;
  Pen pen{canvas, unit, x + padding, x + width - padding, y + 8 * unit, kDim};
  heading(pen, "PARSING", "left and right as seen in the photo");
  float left = pen.left;
  float baseline = pen.y + 16 * unit;
  for (const auto& entry : legend) {
    const auto title = fitted(entry.title, 12 * unit, pen.width() - 17 * unit);
    const float needed = 17 * unit + text_width(title, 12 * unit);
    if (left > pen.left && left + needed > pen.right) {
      left = pen.left;
      baseline += 19 * unit;
    }
    pen.rectangle({left, baseline - 10 * unit, left + 12 * unit, baseline + 2 * unit}, entry.color, 3 * unit);
    pen.text(left + 17 * unit, baseline, title, 12, kText);
    left += needed + 14 * unit;
  }
  return baseline + padding - y;
}

/// A square picture of a face for its card.
FACEPTOR_INLINE Image portrait_of(const Image& photo, const Box& box, long side) {
  const auto square = box.scaled(1.15F).squared();
  const int length =
      static_cast<int>(std::lround(std::clamp(square.width(), 1.0F, static_cast<float>(std::min(photo.width(), photo.height())))));
  const auto start = [length](float first, int limit) {
    return static_cast<int>(std::lround(std::clamp(first, 0.0F, static_cast<float>(limit - length))));
  };
  const int x0 = start(square.x0, photo.width());
  const int y0 = start(square.y0, photo.height());
  Image crop(length, length);
  Canvas(crop).paste(photo, -x0, -y0);
  return resize(crop, static_cast<int>(side), static_cast<int>(side));
}

/// Puts blocks into columns, faces row by row and the last block, if it is a legend, under the shortest; the height of the tallest.
FACEPTOR_INLINE float place(std::vector<Block>& blocks, std::size_t faces, std::size_t columns, CanvasPoint corner, float width,
                            float gap) {
  std::vector<float> ends(columns, corner.y);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto shortest = static_cast<std::size_t>(std::min_element(ends.begin(), ends.end()) - ends.begin());
    const auto column = i < faces ? i % columns : shortest;
    blocks[i].x = corner.x + static_cast<float>(column) * (width + gap);
    blocks[i].y = ends[column];
    ends[column] += blocks[i].height + gap;
  }
  return *std::max_element(ends.begin(), ends.end());
}

FACEPTOR_INLINE void strip(Canvas& canvas, float y, float width, float height, float unit, const std::string& words, Color back,
                           Color ink) {
  canvas.rectangle({-0.5F, y - 0.5F, width - 0.5F, y + height - 0.5F}, back);
  const auto shown = fitted(words, 15 * unit, width - 60 * unit);
  const float left = 0.5F * (width - text_width(shown, 15 * unit)) + 12 * unit;
  const float middle = y + 0.5F * height;
  const CanvasPoint sign[] = {
      {left - 24 * unit, middle + 8 * unit}, {left - 6 * unit, middle + 8 * unit}, {left - 15 * unit, middle - 8 * unit}};
  canvas.polygon(sign, ink);
  canvas.rectangle({left - 16 * unit, middle - 3 * unit, left - 14 * unit, middle + 3 * unit}, back);
  canvas.disc({left - 15 * unit, middle + 5.5F * unit}, 1.2F * unit, back);
  canvas.text({left, middle + 0.5F * text_heights(15 * unit).capital}, shown, 15 * unit, ink);
}

FACEPTOR_INLINE void check_draw(const Image& photo, const PhotoResult& result, const DrawOptions& options) {
  if (photo.empty()) throw Error(ErrorCode::argument, "results: there is no photo to draw on");
  if (options.max_side < 16 || options.max_side > 16384 || options.min_side < 0 || options.min_side > options.max_side) {
    throw Error(ErrorCode::argument, "results: the sides of DrawOptions are out of range")
        .expected("16 <= max_side <= 16384, 0 <= min_side <= max_side")
        .found(fmt::format("max_side {}, min_side {}", options.max_side, options.min_side));
  }
  if (!(options.parsing_opacity >= 0 && options.parsing_opacity <= 1)) {
    throw Error(ErrorCode::argument, "results: DrawOptions::parsing_opacity is out of range").expected("0 to 1");
  }
  if (result.width != photo.width() || result.height != photo.height()) {
    throw Error(ErrorCode::argument, "results: the result belongs to a photo of another size")
        .expected(fmt::format("{}x{}", result.width, result.height))
        .found(fmt::format("{}x{}", photo.width(), photo.height()));
  }
}

/// The cards of a page, measured and placed.
struct Cards {
  std::size_t faces = 0;
  bool several = false;
  bool compact = false;
  float unit = 1;
  float width = 0;
  std::vector<Image> portraits;
  std::vector<LegendEntry> legend;
  std::vector<Block> blocks;  ///< one a face, then the legend if there is one
  float page_width = 0;
  float page_height = 0;

  void measure(const PhotoResult& result) {
    blocks.clear();
    for (std::size_t i = 0; i < faces; ++i) {
      blocks.push_back({face_card(nullptr, result[i], i, several, compact, portraits[i], 0, 0, width, unit)});
    }
    if (!legend.empty()) blocks.push_back({legend_card(nullptr, legend, 0, 0, width, unit)});
  }

  void draw(Canvas& canvas, const PhotoResult& result) const {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const auto& block = blocks[i];
      canvas.rectangle({block.x, block.y, block.x + width, block.y + block.height}, kCard, 10 * unit);
      if (i < faces) {
        face_card(&canvas, result[i], i, several, compact, portraits[i], block.x, block.y, width, unit);
      } else {
        legend_card(&canvas, legend, block.x, block.y, width, unit);
      }
    }
  }
};

/// Beside the photo while they fit there, else below it.
FACEPTOR_INLINE void place_cards(Cards& cards, const PhotoResult& result, float photo_width, float photo_bottom, float top) {
  const float gap = std::round(12 * cards.unit);
  cards.page_width = photo_width;
  cards.page_height = photo_bottom;
  if (cards.faces == 0) return;
  if (!cards.compact) {
    const std::size_t columns = cards.faces > 2 ? 2 : 1;
    cards.width = std::round(290 * cards.unit);
    cards.measure(result);
    const float bottom = place(cards.blocks, cards.faces, columns, {photo_width + gap, top + gap}, cards.width, gap);
    if (bottom <= 1.15F * photo_bottom || photo_width < 0.8F * (photo_bottom - top)) {
      cards.page_width = photo_width + gap + static_cast<float>(columns) * (cards.width + gap);
      cards.page_height = std::max(photo_bottom, bottom);
      return;
    }
  }
  const std::size_t most = cards.faces + (cards.legend.empty() ? 0 : 1);
  const auto fitting = static_cast<std::size_t>(std::max(1.0F, (photo_width - gap) / (230 * cards.unit + gap)));
  const std::size_t columns = std::min(fitting, most);
  cards.width = std::floor((photo_width - gap * static_cast<float>(columns + 1)) / static_cast<float>(columns));
  cards.measure(result);
  cards.page_height = place(cards.blocks, cards.faces, columns, {gap, photo_bottom + gap}, cards.width, gap);
}

/// Who is on the cards. @param clean  the photo as shown, before anything was drawn on it
FACEPTOR_INLINE Cards cards_of(const PhotoResult& result, const DrawOptions& options, const Image& clean, const std::vector<PhotoPen>& pens,
                               float unit) {
  Cards cards;
  if (!options.cards) return cards;
  cards.faces = std::min(result.size(), options.max_cards);
  cards.several = result.size() > 1;
  cards.compact = cards.faces > 4;
  cards.unit = cards.compact ? std::max(0.85F, 0.85F * unit) : unit;
  cards.legend = legend_of(result, options);
  for (std::size_t i = 0; i < cards.faces; ++i) {
    const bool valid = result[i].box.valid();
    const auto edges = pens[i].box();
    cards.portraits.push_back(
        cards.several && valid ? portrait_of(clean, {edges.x0, edges.y0, edges.x1, edges.y1}, std::lround(44 * cards.unit)) : Image());
  }
  return cards;
}

}  // namespace detail::card

FACEPTOR_INLINE Image draw(const Image& photo, const PhotoResult& result, const DrawOptions& options) {
  namespace card = detail::card;
  card::check_draw(photo, result, options);
  const int longer = std::max(photo.width(), photo.height());
  const float zoom = longer > options.max_side   ? static_cast<float>(options.max_side) / static_cast<float>(longer)
                     : longer < options.min_side ? std::min(4.0F, static_cast<float>(options.min_side) / static_cast<float>(longer))
                                                 : 1.0F;
  const int width = std::max(1, static_cast<int>(std::lround(static_cast<float>(photo.width()) * zoom)));
  const int height = std::max(1, static_cast<int>(std::lround(static_cast<float>(photo.height()) * zoom)));
  Image shown = zoom == 1.0F ? photo : resize(photo, width, height, zoom > 1 ? Filter::bicubic : Filter::bilinear);
  const CanvasPoint scale{static_cast<float>(width) / static_cast<float>(photo.width()),
                          static_cast<float>(height) / static_cast<float>(photo.height())};
  const float unit = std::clamp(static_cast<float>(std::max(width, height)) / 850.0F, 0.9F, 1.9F);
  std::vector<PhotoPen> pens;
  for (std::size_t i = 0; i < result.size(); ++i) {
    pens.emplace_back(shown, result[i].box, card::accent(i), scale, unit, options.parsing_opacity);
  }
  auto cards = card::cards_of(result, options, shown, pens, unit);
  card::draw_on_photo(pens, result, options);

  const float strip_height = std::round(36 * unit);
  const float top = strip_height * static_cast<float>((result.untrained ? 1 : 0) + (result.error ? 1 : 0));
  card::place_cards(cards, result, static_cast<float>(width), top + static_cast<float>(height), top);
  std::string note;
  if (options.cards && result.size() > cards.faces) note = fmt::format("and {} more", result.size() - cards.faces);
  if (result.empty() && !result.error && (options.boxes || options.cards)) note = "no faces found";
  const float note_height = note.empty() ? 0.0F : std::round(34 * unit);

  Image page(static_cast<int>(std::lround(cards.page_width)), static_cast<int>(std::ceil(cards.page_height + note_height)));
  Canvas canvas(page);
  canvas.fill(card::kPage);
  canvas.paste(shown, 0, static_cast<int>(std::lround(top)));
  if (result.untrained) {
    card::strip(canvas, 0, cards.page_width, strip_height, unit, "untrained weights - results are meaningless", {244, 186, 72},
                {58, 40, 8});
  }
  if (result.error)
    card::strip(canvas, top - strip_height, cards.page_width, strip_height, unit, *result.error, {196, 64, 64}, {255, 244, 240});
  cards.draw(canvas, result);
  if (!note.empty()) {
    canvas.text({0.5F * (cards.page_width - text_width(note, 14 * unit)), cards.page_height + 0.62F * note_height}, note, 14 * unit,
                card::kDim);
  }
  return page;
}

}  // namespace faceptor
