#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/image/image.hpp>

namespace faceptor {

/// A colour to draw with: RGB as in `Image`, and how much it covers (0 nothing, 255 everything).
struct Color {
  std::uint8_t r = 0;
  std::uint8_t g = 0;
  std::uint8_t b = 0;
  std::uint8_t a = 255;

  /// The same colour, covering `alpha` (0 to 1) of what is below.
  constexpr Color with_alpha(float alpha) const noexcept {
    const float clamped = alpha > 0 ? (alpha < 1 ? alpha : 1.0F) : 0.0F;
    return {r, g, b, static_cast<std::uint8_t>(clamped * 255.0F + 0.5F)};
  }

  friend constexpr bool operator==(const Color&, const Color&) = default;
};

// Drawing on pictures, antialiased and blended by the colours' alpha.
//
//     Canvas canvas(image);
//     canvas.line({10, 10}, {90, 40}, 2, {255, 255, 255});
//     canvas.text({10, 60}, "31 years", 16, {255, 255, 255});
//
// Positions are pixels, whole numbers are pixel centres, as everywhere. What lies outside the picture is cut off; a shape with a
// coordinate that is not finite is not drawn. Nothing here throws for where a shape lies.

/// Where to draw, in pixels.
struct CanvasPoint {
  float x = 0;
  float y = 0;
};

/// A rectangle by its edges: (-0.5, -0.5) is the picture's top-left corner.
struct CanvasRect {
  float x0 = 0;
  float y0 = 0;
  float x1 = 0;
  float y1 = 0;
};

/// A label map to lay over a picture.
struct LabelOverlay {
  std::span<const std::uint8_t> labels;  ///< height x width, row by row; labels without a colour are not drawn
  int width = 0;
  int height = 0;
  std::span<const Color> colors;  ///< by label; alpha 0 (as a background should have) leaves the picture as it is
  CanvasRect where;               ///< what the map covers; it is scaled to it, its class borders smoothed
  float outline = 1;              ///< width of the line between two classes, in pixels; 0 for none
  float outline_alpha = 0.8F;     ///< how much that line covers, 0 to 1; it has the colour of the class
};

/// Lays an image's pixels under drawing calls; the image must outlive it.
class Canvas {
 public:
  explicit Canvas(Image& image) : image_(&image) {}

  void fill(Color color);
  /// A filled rectangle, its corners rounded with this radius.
  void rectangle(const CanvasRect& rect, Color color, float radius = 0);
  /// The outline of a rectangle: a line of this width, half of it to either side of the edge.
  void frame(const CanvasRect& rect, float width, Color color, float radius = 0);
  void disc(CanvasPoint center, float radius, Color color);
  void circle(CanvasPoint center, float radius, float width, Color color);
  /// A line with round ends.
  void line(CanvasPoint from, CanvasPoint to, float width, Color color);
  /// Lines through points, blended once where they meet.
  void polyline(std::span<const CanvasPoint> points, bool closed, float width, Color color);
  /// A filled polygon (even-odd).
  void polygon(std::span<const CanvasPoint> points, Color color);
  /// @throws Error(argument) when the labels are not width x height.
  void labels(const LabelOverlay& overlay);
  /// Another picture, its top-left pixel at column x, row y.
  void paste(const Image& picture, int x, int y);
  /// UTF-8 text whose baseline starts at `start`. @param size  the font's em in pixels, up to 400
  /// Letters that the font lacks are drawn as question marks.
  void text(CanvasPoint start, std::string_view utf8, float size, Color color);

 private:
  template <class Coverage>
  void shade(const CanvasRect& bounds, Color color, Coverage&& coverage);

  Image* image_;
};

/// How far text reaches to the right, in pixels.
float text_width(std::string_view utf8, float size);

/// Heights of text of a size, in pixels.
struct TextHeights {
  float ascent = 0;   ///< of the tallest letters above the baseline
  float descent = 0;  ///< of the lowest below it
  float capital = 0;  ///< of a capital letter
};
TextHeights text_heights(float size);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/image/impl/draw_inl.hpp>
#include <faceptor/image/impl/draw_labels_inl.hpp>
#include <faceptor/image/impl/text_inl.hpp>
#endif
