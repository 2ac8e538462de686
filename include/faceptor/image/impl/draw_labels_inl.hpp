#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <faceptor/image/draw.hpp>
#include <faceptor/image/impl/draw_inl.hpp>

namespace faceptor {
namespace detail::canvas {

/// The colour of a label map at a place between its pixels: a smooth mean of the sixteen around it.
struct LabelMix {
  std::uint8_t label = 0;                ///< the one with the most weight
  float alpha = 0;                       ///< of the mix, 0 to 1
  std::array<float, 3> premultiplied{};  ///< colour times alpha, 0 to 255
};

FACEPTOR_INLINE Color label_color(const LabelOverlay& overlay, std::uint8_t label) {
  return label < overlay.colors.size() ? overlay.colors[label] : Color{0, 0, 0, 0};
}

/// Weights of the four pixels around a place `t` (0 to 1) past the second: a cubic B-spline, whose contours have no stairs.
FACEPTOR_INLINE std::array<float, 4> spline_weights(float t) {
  const float u = 1 - t;
  return {u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6};
}

FACEPTOR_INLINE LabelMix mix_labels(const LabelOverlay& overlay, float column, float row) {
  const float c = std::clamp(column, 0.0F, static_cast<float>(overlay.width - 1));
  const float r = std::clamp(row, 0.0F, static_cast<float>(overlay.height - 1));
  const int x0 = static_cast<int>(c);
  const int y0 = static_cast<int>(r);
  const auto across = spline_weights(c - static_cast<float>(x0));
  const auto down = spline_weights(r - static_cast<float>(y0));
  std::array<std::uint8_t, 16> around{};
  for (int j = 0; j < 4; ++j) {
    const auto y = static_cast<std::size_t>(std::clamp(y0 + j - 1, 0, overlay.height - 1));
    for (int i = 0; i < 4; ++i) {
      const auto x = static_cast<std::size_t>(std::clamp(x0 + i - 1, 0, overlay.width - 1));
      around[static_cast<std::size_t>(4 * j + i)] = overlay.labels[y * static_cast<std::size_t>(overlay.width) + x];
    }
  }
  // Most of a map is the background, which leaves the picture as it is.
  if (label_color(overlay, around[0]).a == 0 &&
      std::all_of(around.begin() + 1, around.end(), [&](auto label) { return label == around[0]; })) {
    return {around[0], 0, {}};
  }
  std::array<std::uint8_t, 16> labels{};
  std::array<float, 16> weights{};
  std::size_t distinct = 0;
  for (int j = 0; j < 4; ++j) {
    for (int i = 0; i < 4; ++i) {
      const auto label = around[static_cast<std::size_t>(4 * j + i)];
      const auto end = labels.begin() + static_cast<std::ptrdiff_t>(distinct);
      const auto at = static_cast<std::size_t>(std::find(labels.begin(), end, label) - labels.begin());
      if (at == distinct) labels[distinct++] = label;
      weights[at] += across[static_cast<std::size_t>(i)] * down[static_cast<std::size_t>(j)];
    }
  }
  LabelMix mix;
  float most = -1;
  for (std::size_t i = 0; i < distinct; ++i) {
    if (weights[i] > most) {
      most = weights[i];
      mix.label = labels[i];
    }
    const auto color = label_color(overlay, labels[i]);
    const float alpha = weights[i] * static_cast<float>(color.a) / 255.0F;
    mix.alpha += alpha;
    mix.premultiplied[0] += alpha * static_cast<float>(color.r);
    mix.premultiplied[1] += alpha * static_cast<float>(color.g);
    mix.premultiplied[2] += alpha * static_cast<float>(color.b);
  }
  return mix;
}

}  // namespace detail::canvas

FACEPTOR_INLINE void Canvas::labels(const LabelOverlay& overlay) {
  if (overlay.width < 0 || overlay.height < 0 ||
      overlay.labels.size() != static_cast<std::size_t>(overlay.width) * static_cast<std::size_t>(overlay.height)) {
    throw Error(ErrorCode::argument, "image: the labels to draw don't fit their sides")
        .expected(std::to_string(overlay.width) + "x" + std::to_string(overlay.height))
        .found(std::to_string(overlay.labels.size()) + " labels");
  }
  const auto& where = overlay.where;
  if (image_->empty() || overlay.labels.empty() || !detail::canvas::finite_numbers({where.x0, where.y0, where.x1, where.y1})) return;
  if (!(where.x1 > where.x0 && where.y1 > where.y0)) return;
  const int left = detail::canvas::clamped_index(std::ceil(where.x0), image_->width());
  const int right = detail::canvas::clamped_index(std::floor(where.x1) + 1, image_->width());
  const int top = detail::canvas::clamped_index(std::ceil(where.y0), image_->height());
  const int bottom = detail::canvas::clamped_index(std::floor(where.y1) + 1, image_->height());
  if (left >= right || top >= bottom) return;
  const float per_column = static_cast<float>(overlay.width) / (where.x1 - where.x0);
  const float per_row = static_cast<float>(overlay.height) / (where.y1 - where.y0);
  const auto columns = static_cast<std::size_t>(right - left);
  std::vector<std::uint8_t> strongest(columns * static_cast<std::size_t>(bottom - top));
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const auto mix = detail::canvas::mix_labels(overlay, (static_cast<float>(x) - where.x0) * per_column - 0.5F,
                                                  (static_cast<float>(y) - where.y0) * per_row - 0.5F);
      strongest[static_cast<std::size_t>(y - top) * columns + static_cast<std::size_t>(x - left)] = mix.label;
      auto* pixel = image_->at(x, y);
      for (std::size_t c = 0; c < 3; ++c) {
        pixel[c] = static_cast<std::uint8_t>(
            std::clamp((1 - mix.alpha) * static_cast<float>(pixel[c]) + mix.premultiplied[c] + 0.5F, 0.0F, 255.0F));
      }
    }
  }
  if (!(overlay.outline > 0) || !(overlay.outline_alpha > 0)) return;
  // A pixel near a border has some of a ring of pixels around it in another class; that share makes the line soft.
  constexpr std::array<std::array<float, 2>, 8> kRing = {
      {{1, 0}, {0.7071F, 0.7071F}, {0, 1}, {-0.7071F, 0.7071F}, {-1, 0}, {-0.7071F, -0.7071F}, {0, -1}, {0.7071F, -0.7071F}}};
  const float radius = std::max(1.0F, std::min(overlay.outline, 64.0F));
  // Where the ring about a column, and about a row, lies.
  const auto ring_of = [&](int first, int last, std::size_t axis) {
    std::vector<std::array<std::size_t, kRing.size()>> places;
    for (int at = first; at < last; ++at) {
      auto& own = places.emplace_back();
      for (std::size_t i = 0; i < kRing.size(); ++i) {
        const auto place = static_cast<int>(std::lround(static_cast<float>(at) + radius * kRing[i][axis]));
        own[i] = static_cast<std::size_t>(std::clamp(place, first, last - 1) - first);
      }
    }
    return places;
  };
  const auto across = ring_of(left, right, 0), down = ring_of(top, bottom, 1);
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const auto own = strongest[static_cast<std::size_t>(y - top) * columns + static_cast<std::size_t>(x - left)];
      const auto color = detail::canvas::label_color(overlay, own);
      if (color.a == 0) continue;
      int others = 0;
      const auto &columns_about = across[static_cast<std::size_t>(x - left)], &rows_about = down[static_cast<std::size_t>(y - top)];
      for (std::size_t i = 0; i < kRing.size(); ++i) others += strongest[rows_about[i] * columns + columns_about[i]] != own ? 1 : 0;
      if (others > 0)
        detail::canvas::blend(image_->at(x, y), color.with_alpha(overlay.outline_alpha), std::min(1.0F, static_cast<float>(others) / 3));
    }
  }
}

}  // namespace faceptor
