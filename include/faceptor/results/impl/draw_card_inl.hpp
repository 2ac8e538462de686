#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <faceptor/core/text.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/expression.hpp>
#include <faceptor/results/impl/words_inl.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/maps.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_result.hpp>
#include <faceptor/results/values.hpp>

/// The cards beside a photo. Everything is written once: with a null canvas a card is only measured.
namespace faceptor::detail::card {

inline constexpr Color kPage{22, 24, 29};
inline constexpr Color kCard{33, 36, 43};
inline constexpr Color kTrack{54, 58, 68};
inline constexpr Color kText{238, 240, 244};
inline constexpr Color kDim{152, 159, 172};
inline constexpr std::array<Color, 8> kAccents = {
    {{88, 196, 221}, {255, 177, 78}, {158, 217, 108}, {240, 128, 156}, {177, 148, 244}, {255, 222, 104}, {92, 214, 172}, {240, 140, 96}}};

FACEPTOR_INLINE Color accent(std::size_t face) { return kAccents[face % kAccents.size()]; }

/// A place to write, from top to bottom.
struct Pen {
  Canvas* canvas;  ///< null to measure
  float unit;      ///< pixels of one design unit
  float left, right, y;
  Color accent;
  bool compact = false;  ///< one of many cards: only what matters most
  bool started = false;  ///< whether a section stands above

  float width() const { return right - left; }
  void text(float x, float baseline, const std::string& words, float size, Color color) {
    if (canvas != nullptr) canvas->text({x, baseline}, words, size * unit, color);
  }
  void rectangle(const CanvasRect& rect, Color color, float radius = 0) {
    if (canvas != nullptr) canvas->rectangle(rect, color, radius);
  }
};

/// Words cut with an ellipsis where they don't fit.
FACEPTOR_INLINE std::string fitted(std::string words, float size, float width) {
  if (text_width(words, size) <= width) return words;
  while (!words.empty() && text_width(words + "…", size) > width) results::detail::drop_last_letter(words);
  return words + "…";
}

/// Words over at most `most` lines, broken between words; what doesn't fit even so is cut.
FACEPTOR_INLINE std::vector<std::string> wrapped(const std::string& words, float size, float width, std::size_t most) {
  std::vector<std::string> lines;
  for (const auto& word : text::split(words, ' ')) {
    if (!lines.empty() && (lines.size() == most || text_width(lines.back() + " " + word, size) <= width)) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  for (auto& line : lines) line = fitted(line, size, width);
  return lines;
}

/// What a section is about on the left, the task that says so on the right.
FACEPTOR_INLINE void heading(Pen& pen, const std::string& title, const std::string& task) {
  const float u = pen.unit;
  pen.y += (pen.started ? 30 : 20) * u;
  pen.started = true;
  pen.text(pen.left, pen.y, title, 11, pen.accent);
  const float room = pen.width() - text_width(title, 11 * u) - 14 * u;
  const auto name = fitted(task, 10 * u, room);
  pen.text(pen.right - text_width(name, 10 * u), pen.y, name, 10, kDim.with_alpha(0.75F));
  pen.y += 5 * u;
}

FACEPTOR_INLINE void bar(Pen& pen, const std::string& label, float share, bool strong) {
  const float u = pen.unit;
  const float label_width = std::min(0.44F * pen.width(), 104 * u);
  pen.y += 17 * u;
  const auto color = strong ? kText : kDim;
  pen.text(pen.left, pen.y, fitted(results::detail::spaced(label), 12 * u, label_width - 6 * u), 12, color);
  const auto percent = fmt::format("{:.0f}%", 100 * share);
  pen.text(pen.right - text_width(percent, 12 * u), pen.y, percent, 12, color);
  const float x0 = pen.left + label_width;
  const float x1 = pen.right - 38 * u;
  const float middle = pen.y - 4 * u;
  const float half = 3 * u;
  pen.rectangle({x0, middle - half, x1, middle + half}, kTrack, half);
  const float filled = (x1 - x0) * std::clamp(share, 0.0F, 1.0F);
  if (filled > 1) {
    pen.rectangle({x0, middle - half, x0 + std::max(filled, 2 * half), middle + half}, strong ? pen.accent : pen.accent.with_alpha(0.5F),
                  half);
  }
}

FACEPTOR_INLINE void bars(Pen& pen, const results::Probabilities& value, std::size_t most, bool only_best_strong) {
  const auto order = results::detail::from_highest(value.probabilities);
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i) {
    const float p = value.probabilities[order[i]];
    bar(pen, value.labels[order[i]], p, only_best_strong ? i == 0 : p > 0.5F);
  }
}

FACEPTOR_INLINE void age(Pen& pen, const AgeEstimate& value, const std::string& task) {
  const float u = pen.unit;
  heading(pen, "AGE", task);
  pen.y += 30 * u;
  const auto years = fmt::format("{:.0f}", value.years);
  pen.text(pen.left, pen.y, years, 34, kText);
  const float x = pen.left + text_width(years, 34 * u) + 7 * u;
  const auto spread = fmt::format("± {:.0f} years", value.spread);
  pen.text(x, pen.y, spread, 13, kDim);
  const auto& ages = value.distribution;
  const float plot_left = x + text_width(spread, 13 * u) + 16 * u;
  const float peak = ages.empty() ? 0.0F : *std::max_element(ages.begin(), ages.end());
  if (ages.size() < 2 || !(peak > 0) || pen.right - plot_left < 40 * u) return;
  const float bottom = pen.y - 2 * u;
  const float height = 26 * u;
  const auto at = [&](float year) { return plot_left + (pen.right - plot_left) * year / static_cast<float>(ages.size() - 1); };
  std::vector<CanvasPoint> curve = {{at(0), bottom}};
  for (std::size_t i = 0; i < ages.size(); ++i) curve.push_back({at(static_cast<float>(i)), bottom - height * ages[i] / peak});
  curve.push_back({pen.right, bottom});
  pen.rectangle({plot_left, bottom, pen.right, bottom + std::max(1.0F, u)}, kTrack);
  if (pen.canvas != nullptr) {
    pen.canvas->polygon(curve, pen.accent.with_alpha(0.45F));
    pen.canvas->polyline(std::span(curve).subspan(1, ages.size()), false, 1.4F * u, pen.accent);
  }
  pen.text(plot_left, bottom + 11 * u, "0", 8, kDim);
  const auto last = std::to_string(ages.size() - 1);
  pen.text(pen.right - text_width(last, 8 * u), bottom + 11 * u, last, 8, kDim);
  pen.y += 4 * u;
}

/// The attributes that are there, the surest first, as pills.
FACEPTOR_INLINE void attributes(Pen& pen, const Attributes& value, const std::string& task) {
  const float u = pen.unit;
  const std::size_t most = pen.compact ? 4 : 9;
  heading(pen, "ATTRIBUTES", task);
  const float height = 20 * u;
  float x = pen.left;
  float top = pen.y + 4 * u;
  std::size_t shown = 0;
  for (const auto i : results::detail::from_highest(value.probabilities)) {
    if (!(value.probabilities[i] > value.thresholds[i]) || shown == most) continue;
    const auto name = fitted(results::detail::spaced(value.labels[i]), 12 * u, pen.width() - 16 * u);
    const float width = text_width(name, 12 * u) + 16 * u;
    if (x > pen.left && x + width > pen.right) {
      x = pen.left;
      top += height + 5 * u;
    }
    pen.rectangle({x, top, x + width, top + height}, pen.accent.with_alpha(0.10F + 0.22F * value.probabilities[i]), 0.5F * height);
    pen.text(x + 8 * u, top + 14.3F * u, name, 12, kText);
    x += width + 5 * u;
    ++shown;
  }
  if (shown == 0) pen.text(pen.left, top + 14 * u, "none", 12, kDim);
  pen.y = top + height;
}

/// A name and what is said of it: in one line where both fit, else below each other.
FACEPTOR_INLINE void row(Pen& pen, const std::string& label, const std::string& value) {
  const float u = pen.unit;
  const float value_width = text_width(value, 12 * u);
  const float room = pen.width() - value_width - 10 * u;
  pen.y += 18 * u;
  if (room >= std::min(text_width(label, 12 * u), 0.3F * pen.width())) {
    pen.text(pen.left, pen.y, fitted(label, 12 * u, room), 12, kDim);
    pen.text(pen.right - value_width, pen.y, value, 12, kText);
    return;
  }
  pen.text(pen.left, pen.y, fitted(label, 12 * u, pen.width()), 12, kDim);
  for (const auto& line : wrapped(value, 12 * u, pen.width(), pen.compact ? 1 : 3)) pen.text(pen.left, pen.y += 16 * u, line, 12, kText);
}

/// Dark violet to yellow, each step as visible as the next: viridis (matplotlib, CC0) at five places. @param share  0 to 1
FACEPTOR_INLINE std::array<std::uint8_t, 3> ramp(float share) {
  constexpr std::array<std::array<float, 3>, 5> kStops = {{{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {253, 231, 37}}};
  const float place = std::clamp(share, 0.0F, 1.0F) * 4;
  const auto i = std::min(static_cast<std::size_t>(place), std::size_t{3});
  const float t = place - static_cast<float>(i);
  std::array<std::uint8_t, 3> out{};
  for (std::size_t c = 0; c < 3; ++c) out[c] = static_cast<std::uint8_t>(std::lround((1 - t) * kStops[i][c] + t * kStops[i + 1][c]));
  return out;
}

/// One map as a picture, from its lowest value to its highest.
FACEPTOR_INLINE Image map_picture(std::span<const float> values, int columns, int rows, const results::MapRange& range) {
  Image picture(columns, rows);
  const float span = range.max - range.min;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto color = ramp(span > 0 ? (values[i] - range.min) / span : 0.0F);
    std::copy(color.begin(), color.end(), picture.pixels().begin() + static_cast<std::ptrdiff_t>(3 * i));
  }
  return picture;
}

/// The maps as small pictures in the shape of the rectangle that they cover.
FACEPTOR_INLINE void maps(Pen& pen, const results::Maps& value, const std::string& task) {
  constexpr std::size_t kMost = 6, kColumns = 3;
  const float u = pen.unit;
  const float gap = 8 * u;
  const float cell = (pen.width() - gap * (kColumns - 1)) / kColumns;
  const float fit = std::min(cell / value.roi.width(), 1.25F * cell / value.roi.height());
  const int width = std::max(1, static_cast<int>(std::lround(fit * value.roi.width())));
  const int height = std::max(1, static_cast<int>(std::lround(fit * value.roi.height())));
  const std::size_t shown = std::min(kMost, value.size());
  heading(pen, "MAPS", task);
  pen.y += 4 * u;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto column = i % kColumns;
    const float x = std::round(pen.left + static_cast<float>(column) * (cell + gap));
    const float y = std::round(pen.y);
    if (pen.canvas != nullptr) {
      const auto one = value.map(value.labels[i]);
      const auto [lowest, highest] = std::minmax_element(one.begin(), one.end());
      const results::MapRange range{*lowest, 0, *highest};
      const auto picture = resize(map_picture(one, value.width, value.height, range), width, height);
      pen.canvas->paste(picture, static_cast<int>(x), static_cast<int>(y));
      const float below = y + static_cast<float>(height);
      pen.text(x, below + 13 * u, fitted(results::detail::spaced(value.labels[i]), 11 * u, cell), 11, kText);
      pen.text(x, below + 25 * u, fitted(fmt::format("{:.2g} to {:.2g}", range.min, range.max), 10 * u, cell), 10, kDim);
    }
    if (column + 1 == kColumns || i + 1 == shown) pen.y = y + static_cast<float>(height) + 36 * u;
  }
  if (value.size() > shown) pen.text(pen.left, pen.y += 7 * u, fmt::format("and {} more", value.size() - shown), 11, kDim);
  pen.y -= 9 * u;
}

/// Whether there are maps to make pictures of.
FACEPTOR_INLINE bool has_pictures(const TaskResult& result) {
  if (!result.holds<results::Maps>()) return false;
  const auto& maps = result.get<results::Maps>();
  return !maps.values.empty() && maps.roi.valid();
}

FACEPTOR_INLINE void section(Pen& pen, const TaskResult& result) {
  const auto& task = result.task();
  if (result.holds<AgeEstimate>()) return age(pen, result.get<AgeEstimate>(), task);
  if (result.holds<Attributes>()) return attributes(pen, result.get<Attributes>(), task);
  if (result.holds<Expression>()) {
    heading(pen, "EXPRESSION", task);
    return bars(pen, result.get<Expression>(), pen.compact ? 2 : 3, true);
  }
  if (result.holds<results::Probabilities>()) {
    heading(pen, "PROBABILITIES", task);
    return bars(pen, result.get<results::Probabilities>(), pen.compact ? 3 : 5, false);
  }
  if (result.holds<results::Values>()) {
    heading(pen, "VALUES", task);
    const auto& values = result.get<results::Values>();
    for (std::size_t i = 0; i < std::min<std::size_t>(values.size(), 6); ++i)
      row(pen, values.labels[i], fmt::format("{:.4g}", values.values[i]));
    return;
  }
  if (has_pictures(result)) return maps(pen, result.get<results::Maps>(), task);
  row(pen, task, result.text());
}

/// What needs room first, what takes a line last.
FACEPTOR_INLINE int section_rank(const TaskResult& result) {
  if (result.holds<AgeEstimate>()) return 0;
  if (result.holds<Expression>()) return 1;
  if (result.holds<Attributes>()) return 2;
  if (result.holds<results::Probabilities>() || result.holds<results::Values>() || has_pictures(result)) return 3;
  return 4;
}

/// Draws or measures one face's card; its height in pixels.
/// @param portrait  a square picture of the face, or an empty one
FACEPTOR_INLINE float face_card(Canvas* canvas, const Face& face, std::size_t index, bool several, bool compact, const Image& portrait,
                                float x, float y, float width, float unit) {
  const float padding = 14 * unit;
  Pen pen{canvas, unit, x + padding, x + width - padding, y + 8 * unit, accent(index), compact};
  if (several) {
    const auto side = static_cast<float>(portrait.width());
    if (canvas != nullptr && !portrait.empty()) {
      canvas->paste(portrait, static_cast<int>(std::lround(pen.left)), static_cast<int>(std::lround(pen.y + 4 * unit)));
    }
    const float text_left = pen.left + (portrait.empty() ? 0.0F : side + 10 * unit);
    pen.text(text_left, pen.y + 22 * unit, fmt::format("Face {}", index + 1), 16, pen.accent);
    pen.text(text_left, pen.y + 39 * unit, fmt::format("detection {:.2f}", face.score), 11, kDim);
    pen.y += std::max(44 * unit, side + 6 * unit);
  }
  std::vector<const TaskResult*> order;
  for (const auto& result : face) order.push_back(&result);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return section_rank(*a) < section_rank(*b); });
  bool lines = false;
  for (const auto* result : order) {
    // Landmarks and parsing are on the photo itself, and maps need the most room.
    if (compact && (result->holds<Landmarks>() || result->holds<ParsingMap>() || result->holds<results::Maps>())) continue;
    if (section_rank(*result) == 4 && !lines) {
      lines = true;
      pen.y += 10 * unit;
    }
    section(pen, *result);
  }
  if (order.empty()) pen.text(pen.left, pen.y += 18 * unit, "no task was run", 12, kDim);
  return pen.y + padding - y;
}

}  // namespace faceptor::detail::card
