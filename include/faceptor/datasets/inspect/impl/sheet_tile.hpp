#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/datasets/inspect/sheet.hpp>
#include <faceptor/geometry/box.hpp>
#include <faceptor/image/draw.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/results/landmarks.hpp>
#include <faceptor/results/parsing_map.hpp>

namespace faceptor::datasets {
namespace detail {

inline constexpr Color kSheetBackground{24, 27, 31}, kSheetLine{96, 104, 112}, kPointColor{90, 255, 190}, kPointRim{12, 22, 30},
    kContourColor{90, 255, 190, 120}, kBoxColor{255, 206, 84};

/// Colours of the classes of a set: those of the published parsing sets, else any; class 0 is left as it is.
inline std::vector<Color> sheet_colors(const DatasetInfo& info, float alpha) {
  std::vector<Color> colors;
  for (const auto* known : {&results::kLapaClasses, &results::kCelebaMaskHqClasses}) {
    if (info.label_names == known->names()) colors = known->colors();
  }
  for (auto i = static_cast<std::int64_t>(colors.size()); i < std::clamp<std::int64_t>(info.classes, 1, 256); ++i) {
    colors.push_back(results::class_color(static_cast<std::size_t>(i)));
  }
  for (auto& color : colors) color = color.with_alpha(alpha);
  colors[0].a = 0;
  return colors;
}

/// The colour of a soft map: that of a parsing class, none of which is the background.
inline Color map_color(std::size_t map) { return results::class_color(map + 1); }

/// The picture under its soft maps, each as dense as it is from 0 to 1.
inline Image under_maps(Image image, const SoftMapLabels& label) {
  constexpr float kDensest = 0.6F;
  const auto pixels = image.pixels();
  const auto plane = pixels.size() / 3;
  for (std::size_t i = 0; i < label.values.size(); ++i) {
    const float share = kDensest * std::clamp(label.values[i], 0.0F, 1.0F);
    if (!(share > 0)) continue;
    const auto color = map_color(i / plane);
    auto* pixel = pixels.data() + i % plane * 3;
    const auto mix = [&](std::uint8_t& under, std::uint8_t over) {
      under = static_cast<std::uint8_t>(std::lround((1 - share) * static_cast<float>(under) + share * static_cast<float>(over)));
    };
    mix(pixel[0], color.r);
    mix(pixel[1], color.g);
    mix(pixel[2], color.b);
  }
  return image;
}

/// Which square of a picture a tile shows: all of it, or the surroundings of a small face.
inline Box sheet_region(const Sample& sample) {
  const auto whole = Box::whole(sample.image.width(), sample.image.height());
  Points marks;
  if (sample.box && sample.box->valid()) marks = {{sample.box->x0, sample.box->y0}, {sample.box->x1, sample.box->y1}};
  if (const auto* landmarks = std::get_if<LandmarkLabels>(&sample.label))
    marks.insert(marks.end(), landmarks->points.begin(), landmarks->points.end());
  if (marks.empty() || !all_finite(marks)) return whole.squared();
  const auto face = Box::around(marks).squared().scaled(1.35F);
  // Boxes far outside the picture would leave nothing to see.
  if (!face.valid() || intersection_over_union(face, whole) == 0) return whole.squared();
  return face.width() < whole.squared().width() ? face : whole.squared();
}

/// From pixels of the picture to those of the tile.
struct TileMap {
  Box region;
  float scale = 1;
  CanvasPoint operator()(const Point& p) const { return {(p.x - region.x0) * scale - 0.5F, (p.y - region.y0) * scale - 0.5F}; }
};

/// The region, whole pixels of it, black outside the picture.
inline Image cut_region(const Image& image, int left, int top, int side) {
  Image cut(side, side);
  Canvas(cut).fill(kSheetBackground);
  const int x0 = std::max(0, left), x1 = std::min(image.width(), left + side);
  for (int y = std::max(0, top); y < std::min(image.height(), top + side) && x0 < x1; ++y) {
    std::copy_n(image.at(x0, y), static_cast<std::size_t>(x1 - x0) * 3, cut.at(x0 - left, y - top));
  }
  return cut;
}

inline void draw_points(Canvas& canvas, const TileMap& map, std::span<const Point> points, std::span<const std::uint8_t> visible,
                        float radius) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto at = map(points[i]);
    canvas.disc(at, radius + 0.8F, kPointRim.with_alpha(0.75F));
    if (i < visible.size() && visible[i] == 0) {
      canvas.circle(at, radius, 1, kPointColor);
    } else {
      canvas.disc(at, radius, kPointColor);
    }
  }
}

}  // namespace detail

inline Image sample_tile(const Sample& sample, const DatasetInfo& info, int side) {
  if (sample.image.empty() || side < 1)
    throw Error(ErrorCode::argument, "data: no tile can be made of an empty picture, or without a side");
  const auto region = detail::sheet_region(sample);
  // Whole pixels, so that nothing is interpolated but by the resize.
  const int left = static_cast<int>(std::floor(region.x0 + 0.5F)), top = static_cast<int>(std::floor(region.y0 + 0.5F));
  const int pixels = std::max(1, static_cast<int>(std::lround(region.width())));
  const auto* maps = std::get_if<SoftMapLabels>(&sample.label);
  const bool shown = maps != nullptr && maps->width == sample.image.width() && maps->height == sample.image.height() && maps->maps() > 0;
  const auto cut = shown ? detail::cut_region(detail::under_maps(sample.image, *maps), left, top, pixels)
                         : detail::cut_region(sample.image, left, top, pixels);
  auto tile = resize(cut, side, side, Filter::bicubic);
  const float scale = static_cast<float>(side) / static_cast<float>(pixels);
  const auto l = static_cast<float>(left) - 0.5F, t = static_cast<float>(top) - 0.5F;
  const detail::TileMap map{{l, t, l + static_cast<float>(pixels), t + static_cast<float>(pixels)}, scale};

  Canvas canvas(tile);
  if (const auto* parsing = std::get_if<ParsingLabels>(&sample.label); parsing != nullptr && !parsing->classes.labels.empty()) {
    const auto colors = detail::sheet_colors(info, 0.55F);
    const auto from = map({-0.5F, -0.5F});
    const auto to = map({static_cast<float>(parsing->classes.width) - 0.5F, static_cast<float>(parsing->classes.height) - 0.5F});
    canvas.labels({.labels = parsing->classes.labels,
                   .width = parsing->classes.width,
                   .height = parsing->classes.height,
                   .colors = colors,
                   .where = {from.x, from.y, to.x, to.y}});
  }
  if (sample.box && sample.box->valid()) {
    const auto from = map({sample.box->x0, sample.box->y0}), to = map({sample.box->x1, sample.box->y1});
    canvas.frame({from.x, from.y, to.x, to.y}, 1, detail::kBoxColor.with_alpha(0.8F));
  }
  const float size = static_cast<float>(side) / 176;
  if (const auto* landmarks = std::get_if<LandmarkLabels>(&sample.label)) {
    const auto* scheme = results::find_landmark_scheme(info.scheme);
    if (scheme != nullptr && scheme->size == landmarks->points.size()) {
      for (const auto& contour : scheme->contours) {
        std::vector<CanvasPoint> line;
        for (const auto index : contour.points) line.push_back(map(landmarks->points[index]));
        canvas.polyline(line, contour.closed, 1.2F * size, detail::kContourColor);
      }
    }
    detail::draw_points(canvas, map, landmarks->points, landmarks->visible, 1.4F * size);
  } else if (sample.points) {
    detail::draw_points(canvas, map, *sample.points, {}, 2 * size);
  }
  return tile;
}

}  // namespace faceptor::datasets
