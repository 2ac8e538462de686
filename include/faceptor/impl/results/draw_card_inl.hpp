#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <faceptor/image/draw.hpp>
#include <faceptor/results/age_estimate.hpp>
#include <faceptor/results/attributes.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/results/expression.hpp>
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

/// A label as people write it: "Wearing_Hat" is "Wearing Hat".
FACEPTOR_INLINE std::string spaced(std::string label) {
  std::replace(label.begin(), label.end(), '_', ' ');
  return label;
}

/// Words cut with an ellipsis where they don't fit.
FACEPTOR_INLINE std::string fitted(std::string words, float size, float width) {
  if (text_width(words, size) <= width) return words;
  while (!words.empty() && text_width(words + "…", size) > width) {
    // Whole UTF-8 letters only.
    do words.pop_back();
    while (!words.empty() && (static_cast<unsigned char>(words.back()) & 0xC0) == 0x80);
    if (!words.empty() && static_cast<unsigned char>(words.back()) >= 0xC2) words.pop_back();
  }
  return words + "…";
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
  pen.text(pen.left, pen.y, fitted(spaced(label), 12 * u, label_width - 6 * u), 12, color);
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

/// The labels from the most probable down.
FACEPTOR_INLINE std::vector<std::size_t> by_probability(const results::Probabilities& value) {
  std::vector<std::size_t> order(value.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return value.probabilities[a] > value.probabilities[b]; });
  return order;
}

FACEPTOR_INLINE void bars(Pen& pen, const results::Probabilities& value, std::size_t most, bool only_best_strong) {
  const auto order = by_probability(value);
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
  for (const auto i : by_probability(value)) {
    if (!(value.probabilities[i] > value.thresholds[i]) || shown == most) continue;
    const auto name = fitted(spaced(value.labels[i]), 12 * u, pen.width() - 16 * u);
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

FACEPTOR_INLINE void row(Pen& pen, const std::string& label, const std::string& value) {
  const float u = pen.unit;
  pen.y += 18 * u;
  pen.text(pen.left, pen.y, fitted(label, 12 * u, pen.width() - text_width(value, 12 * u) - 10 * u), 12, kDim);
  pen.text(pen.right - text_width(value, 12 * u), pen.y, value, 12, kText);
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
  const bool identity = result.holds<results::Embedding>() || result.holds<results::EmbeddingSummary>();
  if (identity) {
    const auto dimension = result.holds<results::Embedding>() ? result.get<results::Embedding>().dimension()
                                                              : result.get<results::EmbeddingSummary>().dimension;
    return row(pen, task, fmt::format("{}-d embedding", dimension));
  }
  if (result.holds<Landmarks>()) return row(pen, task, fmt::format("{} landmarks", result.get<Landmarks>().size()));
  if (result.holds<ParsingMap>()) {
    const auto counts = result.get<ParsingMap>().pixels();
    const auto present = counts.size() - static_cast<std::size_t>(std::count(counts.begin(), counts.end(), std::size_t{0}));
    return row(pen, task, fmt::format("{} of {} classes", present, counts.size()));
  }
  if (result.holds<results::Maps>()) return row(pen, task, fmt::format("{} maps", result.get<results::Maps>().size()));
  row(pen, task, result.type_name());
}

/// What needs room first, what takes a line last.
FACEPTOR_INLINE int section_rank(const TaskResult& result) {
  if (result.holds<AgeEstimate>()) return 0;
  if (result.holds<Expression>()) return 1;
  if (result.holds<Attributes>()) return 2;
  if (result.holds<results::Probabilities>() || result.holds<results::Values>()) return 3;
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
    // Landmarks and maps are on the photo itself.
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
