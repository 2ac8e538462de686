#include <algorithm>

#include <faceptor/image/picture_grid.hpp>
#include <faceptor/results/parsing_map.hpp>
#include <faceptor/synthetic/contact_sheet.hpp>

namespace faceptor::synthetic {

namespace {

void blend_pixel(Image& image, int x, int y, Rgb color, float opacity) {
  std::uint8_t* pixel = image.at(x, y);
  const float channels[] = {color.r, color.g, color.b};
  for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(mix(pixel[c], 255 * channels[c], opacity) + 0.5F);
}

void draw_dot(Image& image, Point p, float radius, bool filled) {
  const Size size{image.width(), image.height()};
  const Mask disc = Mask::polygon(ellipse(p, radius, radius, 0, 20), size),
             core = Mask::polygon(ellipse(p, 0.55F * radius, 0.55F * radius, 0, 20), size);
  for (int y = disc.y(); y < disc.y() + disc.height(); ++y) {
    for (int x = disc.x(); x < disc.x() + disc.width(); ++x) {
      blend_pixel(image, x, y, {0.05F, 0.09F, 0.12F}, disc.at(x, y));
      if (filled) blend_pixel(image, x, y, {0.35F, 1.0F, 0.75F}, core.at(x, y));
    }
  }
}

void draw_classes(Image& image, std::span<const std::uint8_t> labels, const results::ParsingClasses& classes) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto color = classes.classes[labels[i]].color;
    const int x = static_cast<int>(i % static_cast<std::size_t>(image.width())),
              y = static_cast<int>(i / static_cast<std::size_t>(image.width()));
    blend_pixel(image, x, y, Rgb{static_cast<float>(color.r), static_cast<float>(color.g), static_cast<float>(color.b)} * (1.0F / 255),
                0.62F);
  }
}

}  // namespace

Image with_overlay(const SyntheticSample& sample, Overlay overlay) {
  Image image = sample.image;
  if (overlay == Overlay::celebamask) draw_classes(image, sample.labels.celebamask, results::kCelebaMaskHqClasses);
  if (overlay == Overlay::lapa) draw_classes(image, sample.labels.lapa, results::kLapaClasses);
  if (overlay == Overlay::landmarks68 || overlay == Overlay::landmarks98) {
    const FacePoints& set = overlay == Overlay::landmarks68 ? sample.face.landmarks.p68 : sample.face.landmarks.p98;
    const float radius = std::max(1.3F, 0.0065F * static_cast<float>(std::min(image.width(), image.height())));
    for (std::size_t i = 0; i < set.points.size(); ++i) draw_dot(image, set.points[i], radius, set.visible[i] != 0);
  }
  return image;
}

Image contact_sheet(const SyntheticFaces& faces, std::uint64_t first, int columns, int rows, Overlay overlay) {
  const Size size = faces.options().size;
  PictureGrid grid(columns, rows, size.width, size.height, {.gap = std::max(1, std::min(size.width, size.height) / 64)});
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(columns) * static_cast<std::uint64_t>(rows); ++i) {
    grid.place(i, with_overlay(faces.face(first + i), overlay));
  }
  return grid.sheet();
}

}  // namespace faceptor::synthetic
