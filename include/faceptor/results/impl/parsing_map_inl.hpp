#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <faceptor/results/impl/json_fields_inl.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/results/photo_pen.hpp>

namespace faceptor::results {

FACEPTOR_INLINE std::uint8_t ParsingClasses::mirror(std::uint8_t label) const noexcept {
  for (const auto& [left, right] : mirrored) {
    if (label == left) return right;
    if (label == right) return left;
  }
  return label;
}

FACEPTOR_INLINE std::vector<std::string> ParsingClasses::names() const {
  std::vector<std::string> out;
  for (const auto& one : classes) out.emplace_back(one.name);
  return out;
}

FACEPTOR_INLINE std::vector<Color> ParsingClasses::colors() const {
  std::vector<Color> out;
  for (const auto& one : classes) out.push_back(one.color);
  return out;
}

FACEPTOR_INLINE Color class_color(std::size_t label) {
  if (label == 0) return {0, 0, 0};
  // Hues a golden section apart are far from all earlier ones; saturation and value take turns to tell later rounds apart.
  const double hue = std::fmod(static_cast<double>(label) * 0.618033988749895, 1.0) * 6;
  const double saturation = label % 2 == 0 ? 0.50 : 0.70;
  const double value = label % 3 == 0 ? 0.80 : 0.95;
  const auto channel = [&](double shift) {
    const double k = std::fmod(shift + hue, 6.0);
    return static_cast<std::uint8_t>(std::lround(255 * (value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0))));
  };
  return {channel(5), channel(3), channel(1)};
}

namespace detail {

inline constexpr std::int64_t kMaxParsingPixels = std::int64_t{1} << 28;

FACEPTOR_INLINE nlohmann::json run_lengths(const std::vector<std::uint8_t>& labels) {
  auto runs = nlohmann::json::array();
  for (auto begin = labels.begin(); begin != labels.end();) {
    const auto end = std::find_if(begin, labels.end(), [&](std::uint8_t label) { return label != *begin; });
    runs.push_back(*begin);
    runs.push_back(end - begin);
    begin = end;
  }
  return runs;
}

/// The labels of runs that must cover `pixels` exactly; checked before memory is taken.
FACEPTOR_INLINE std::vector<std::uint8_t> labels_of_runs(const nlohmann::json& runs, std::int64_t pixels) {
  constexpr auto type = ParsingMap::kTypeName;
  if (runs.size() % 2 != 0) throw wrong_field(type, "runs").expected("pairs of label and length");
  std::int64_t covered = 0;
  for (std::size_t i = 0; i < runs.size(); i += 2) {
    integer_of(runs[i], type, "runs", 0, 255);
    covered += integer_of(runs[i + 1], type, "runs", 1, pixels - covered);
  }
  if (covered != pixels) {
    throw wrong_field(type, "runs").expected(fmt::format("{} pixels", pixels)).found(fmt::format("{} pixels", covered));
  }
  std::vector<std::uint8_t> labels;
  labels.reserve(static_cast<std::size_t>(pixels));
  for (std::size_t i = 0; i < runs.size(); i += 2) {
    labels.insert(labels.end(), runs[i + 1].get<std::size_t>(), runs[i].get<std::uint8_t>());
  }
  return labels;
}

}  // namespace detail

FACEPTOR_INLINE ParsingMap::ParsingMap(int x, int y, int width, int height, std::vector<std::uint8_t> labels,
                                       std::vector<std::string> classes, std::vector<Color> colors)
    : x(x), y(y), width(width), height(height), labels(std::move(labels)), classes(std::move(classes)), colors(std::move(colors)) {
  check();
}

FACEPTOR_INLINE void ParsingMap::check() const {
  detail::check_labels(kTypeName, classes, colors.size());
  if (width < 0 || height < 0 || labels.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    throw Error(ErrorCode::argument, "results: the labels of ParsingMap don't fit its rectangle")
        .expected(fmt::format("{}x{}", width, height))
        .found(fmt::format("{} labels", labels.size()));
  }
  const auto highest = std::max_element(labels.begin(), labels.end());
  if (highest != labels.end() && *highest >= classes.size()) {
    throw Error(ErrorCode::argument, "results: a label of ParsingMap has no class")
        .expected(fmt::format("less than {}", classes.size()))
        .found(fmt::format("{}", *highest));
  }
}

FACEPTOR_INLINE void ParsingMapSummary::check() const {
  detail::check_labels(kTypeName, classes, pixels.size());
  const auto sum = std::accumulate(pixels.begin(), pixels.end(), std::size_t{0});
  if (width < 0 || height < 0 || sum != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
    throw Error(ErrorCode::argument, "results: the pixels of ParsingMapSummary are not those of its rectangle")
        .expected(fmt::format("{}x{}", width, height))
        .found(fmt::format("{} pixels", sum));
  }
}

FACEPTOR_INLINE std::uint8_t ParsingMap::at(int photo_x, int photo_y) const noexcept {
  const auto column = static_cast<std::int64_t>(photo_x) - x;
  const auto row = static_cast<std::int64_t>(photo_y) - y;
  if (column < 0 || column >= width || row < 0 || row >= height) return 0;
  return labels[static_cast<std::size_t>(row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column)];
}

FACEPTOR_INLINE std::size_t ParsingMap::index(std::string_view class_name) const {
  return detail::label_index(kTypeName, classes, class_name);
}

FACEPTOR_INLINE std::vector<std::size_t> ParsingMap::pixels() const {
  std::vector<std::size_t> counts(classes.size());
  for (const auto label : labels) ++counts.at(label);
  return counts;
}

FACEPTOR_INLINE float ParsingMap::share(std::string_view class_name) const {
  const auto label = index(class_name);
  if (labels.empty()) return 0;
  const auto count = std::count(labels.begin(), labels.end(), static_cast<std::uint8_t>(label));
  return static_cast<float>(static_cast<double>(count) / static_cast<double>(labels.size()));
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const ParsingMapSummary& value) {
  auto pixels = nlohmann::json::object();
  for (std::size_t i = 0; i < value.classes.size(); ++i) pixels[value.classes[i]] = value.pixels[i];
  out = {{"roi", nlohmann::json::array({value.x, value.y, value.width, value.height})},
         {"classes", value.classes},
         {"pixels", std::move(pixels)}};
}

FACEPTOR_INLINE void to_json(nlohmann::json& out, const ParsingMap& value) { to_json(out, value.summary()); }

FACEPTOR_INLINE void to_full_json(nlohmann::json& out, const ParsingMap& value) {
  to_json(out, value);
  auto& colors = out["colors"] = nlohmann::json::array();
  for (const auto& color : value.colors) colors.push_back(nlohmann::json::array({color.r, color.g, color.b}));
  out["runs"] = detail::run_lengths(value.labels);
}

namespace detail {

/// Rectangle and classes, which are the same fields with and without runs. @return how many pixels the rectangle has
template <class R>
std::int64_t read_rectangle(const nlohmann::json& in, R& read) {
  constexpr auto type = R::kTypeName;
  const auto& roi = array_field(in, type, "roi", 4);
  read.x = static_cast<int>(integer_of(roi[0], type, "roi", INT32_MIN, INT32_MAX));
  read.y = static_cast<int>(integer_of(roi[1], type, "roi", INT32_MIN, INT32_MAX));
  read.width = static_cast<int>(integer_of(roi[2], type, "roi", 0, INT32_MAX));
  read.height = static_cast<int>(integer_of(roi[3], type, "roi", 0, INT32_MAX));
  const auto pixels = static_cast<std::int64_t>(read.width) * read.height;
  if (pixels > kMaxParsingPixels) {
    throw Error(ErrorCode::limit, fmt::format("results: the rectangle of a {} is too large", type))
        .expected(fmt::format("at most {} pixels", kMaxParsingPixels))
        .found(fmt::format("{}x{}", read.width, read.height));
  }
  read.classes = strings_field(in, type, "classes");
  return pixels;
}

}  // namespace detail

FACEPTOR_INLINE void from_json(const nlohmann::json& in, ParsingMap& value) {
  constexpr auto type = ParsingMap::kTypeName;
  if (in.is_object() && !in.contains("runs")) {
    throw Error(ErrorCode::format, "results: this ParsingMap was written without its runs").hint("write it with JsonOptions::full");
  }
  ParsingMap read;
  const auto pixels = detail::read_rectangle(in, read);
  for (const auto& color : detail::array_field(in, type, "colors")) {
    if (!color.is_array() || color.size() != 3) throw detail::wrong_field(type, "colors").expected("triples [r, g, b]");
    const auto channel = [&](std::size_t i) { return static_cast<std::uint8_t>(detail::integer_of(color[i], type, "colors", 0, 255)); };
    read.colors.push_back({channel(0), channel(1), channel(2)});
  }
  read.labels = detail::labels_of_runs(detail::array_field(in, type, "runs"), pixels);
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE void from_json(const nlohmann::json& in, ParsingMapSummary& value) {
  constexpr auto type = ParsingMapSummary::kTypeName;
  ParsingMapSummary read;
  const auto pixels = detail::read_rectangle(in, read);
  const auto& counts = detail::json_member(in, type, "pixels");
  for (const auto& name : read.classes) {
    read.pixels.push_back(static_cast<std::size_t>(detail::integer_field(counts, type, name, 0, pixels)));
  }
  detail::check_read(read);
  value = std::move(read);
}

FACEPTOR_INLINE std::string to_text(const ParsingMapSummary& value) {
  const auto absent = static_cast<std::size_t>(std::count(value.pixels.begin(), value.pixels.end(), std::size_t{0}));
  return fmt::format("{} of {} classes", value.pixels.size() - absent, value.pixels.size());
}

FACEPTOR_INLINE std::string to_text(const ParsingMap& value) { return to_text(value.summary()); }

FACEPTOR_INLINE void draw_on(PhotoPen& pen, const ParsingMap& value) {
  std::vector<Color> colors;
  for (const auto& color : value.colors) colors.push_back(color.with_alpha(pen.opacity()));
  if (!colors.empty()) colors[0].a = 0;
  const auto edge = [](std::int64_t pixels) { return static_cast<float>(pixels) - 0.5F; };
  const auto right = std::int64_t{value.x} + value.width, bottom = std::int64_t{value.y} + value.height;
  pen.canvas().labels({.labels = value.labels,
                       .width = value.width,
                       .height = value.height,
                       .colors = colors,
                       .where = pen.at(Box{edge(value.x), edge(value.y), edge(right), edge(bottom)}),
                       .outline = 0.6F * pen.stroke(),
                       .outline_alpha = std::min(1.0F, 1.6F * pen.opacity())});
}

}  // namespace faceptor::results
