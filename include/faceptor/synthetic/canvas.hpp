#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/image/image.hpp>

/// A small painter with antialiasing: areas are outlines with exact coverage, and can be softened, cut and combined before paint
/// goes through them.
namespace faceptor::synthetic {

/// Red, green, blue in 0..1 (sRGB, as displayed).
struct Rgb {
  float r = 0;
  float g = 0;
  float b = 0;

  friend Rgb operator+(Rgb a, Rgb b) noexcept { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
  friend Rgb operator*(Rgb a, Rgb b) noexcept { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
  friend Rgb operator*(Rgb a, float s) noexcept { return {a.r * s, a.g * s, a.b * s}; }
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// `a` at 0, `b` at 1.
inline float mix(float a, float b, float t) noexcept { return a + (b - a) * t; }
inline Rgb mix(Rgb a, Rgb b, float t) noexcept { return a * (1 - t) + b * t; }
inline float luma(Rgb c) noexcept { return 0.299F * c.r + 0.587F * c.g + 0.114F * c.b; }

/// 0 below `low`, 1 above `high`, smooth between.
inline float smoothstep(float low, float high, float x) noexcept {
  const float t = std::clamp((x - low) / (high - low), 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}

/// A fixed pattern of random heights in 0..1, one a whole-numbered place, smooth between them.
float value_noise(float x, float y, std::uint32_t seed) noexcept;

/// How much of each pixel an area covers, 0..1, over the rectangle of pixels that it touches.
class Mask {
 public:
  Mask() = default;
  Mask(int x, int y, int width, int height);

  /// The inside of a closed outline (points in pixels, pixel centres at whole numbers), cut to the picture.
  static Mask polygon(std::span<const Point> outline, Size picture);

  int x() const noexcept { return x_; }
  int y() const noexcept { return y_; }
  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  float* row(int y) noexcept { return values_.data() + static_cast<std::size_t>(y - y_) * static_cast<std::size_t>(width_) - x_; }
  const float* row(int y) const noexcept {
    return values_.data() + static_cast<std::size_t>(y - y_) * static_cast<std::size_t>(width_) - x_;
  }
  /// The coverage of a pixel of the picture, 0 outside the rectangle.
  float at(int x, int y) const noexcept { return x < x_ || y < y_ || x >= x_ + width_ || y >= y_ + height_ ? 0 : row(y)[x]; }

  /// Softened by a Gaussian of `sigma` pixels (three box filters), grown as needed within the picture.
  Mask blurred(float sigma, Size picture) const;
  /// What both cover, as a product.
  Mask within(const Mask& other) const;
  /// What this covers and the other doesn't.
  Mask without(const Mask& other) const;
  /// What either covers.
  Mask joined(const Mask& other) const;

 private:
  int x_ = 0, y_ = 0, width_ = 0, height_ = 0;
  std::vector<float> values_;
};

/// A picture in the making, float RGB.
class Canvas {
 public:
  Canvas(Size size, Rgb color);

  Size size() const noexcept { return size_; }
  Rgb get(int x, int y) const noexcept {
    const float* p = at(x, y);
    return {p[0], p[1], p[2]};
  }

  /// Lays paint over what is there. @param paint  called with (x, y) of each pixel the mask touches; returns its Rgb
  template <class Paint>
  void fill(const Mask& mask, float opacity, Paint&& paint) {
    each(mask, [&](int x, int y, float* pixel, float a) { put(pixel, mix(Rgb{pixel[0], pixel[1], pixel[2]}, paint(x, y), a * opacity)); });
  }
  void fill(const Mask& mask, Rgb color, float opacity = 1) {
    fill(mask, opacity, [color](int, int) { return color; });
  }
  /// Filters what is there through a coloured glass: shadows and tints keep the texture below.
  void multiply(const Mask& mask, Rgb color, float opacity = 1) {
    each(mask, [&](int, int, float* pixel, float a) {
      put(pixel, Rgb{pixel[0], pixel[1], pixel[2]} * mix(Rgb{1, 1, 1}, color, a * opacity));
    });
  }
  /// Brightens towards white without clipping.
  void screen(const Mask& mask, Rgb color, float opacity = 1) {
    each(mask, [&](int, int, float* pixel, float a) {
      const Rgb c = color * (a * opacity);
      put(pixel, {1 - (1 - pixel[0]) * (1 - c.r), 1 - (1 - pixel[1]) * (1 - c.g), 1 - (1 - pixel[2]) * (1 - c.b)});
    });
  }
  /// Replaces every pixel: `change(x, y, color)` returns the new one.
  template <class Change>
  void apply(Change&& change) {
    for (int y = 0; y < size_.height; ++y) {
      for (int x = 0; x < size_.width; ++x) {
        float* pixel = at(x, y);
        put(pixel, change(x, y, Rgb{pixel[0], pixel[1], pixel[2]}));
      }
    }
  }

  /// Softens the whole picture by a Gaussian of `sigma` pixels.
  void blur(float sigma);

  Image image() const;

 private:
  float* at(int x, int y) noexcept { return rgb_.data() + (static_cast<std::size_t>(y) * size_.width + x) * 3; }
  const float* at(int x, int y) const noexcept { return rgb_.data() + (static_cast<std::size_t>(y) * size_.width + x) * 3; }
  static void put(float* pixel, Rgb c) noexcept {
    pixel[0] = c.r;
    pixel[1] = c.g;
    pixel[2] = c.b;
  }
  template <class Visit>
  void each(const Mask& mask, Visit&& visit) {
    for (int y = mask.y(); y < mask.y() + mask.height(); ++y) {
      const float* coverage = mask.row(y);
      for (int x = mask.x(); x < mask.x() + mask.width(); ++x) {
        if (coverage[x] > 0.002F) visit(x, y, at(x, y), coverage[x]);
      }
    }
  }

  Size size_;
  std::vector<float> rgb_;
};

}  // namespace faceptor::synthetic
