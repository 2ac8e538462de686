#pragma once

#include <array>
#include <initializer_list>

#include <faceptor/synthetic/paint.hpp>

namespace faceptor::synthetic::detail {

enum Part : std::uint8_t {
  kBackground,
  kNeck,
  kSkin,
  kCloth,
  kLeftEar,
  kRightEar,
  kLeftBrow,
  kRightBrow,
  kLeftEye,
  kRightEye,
  kNose,
  kMouth,
  kLowerLip,
  kUpperLip,
  kHair,
  kGlasses,
  kHat,
  kEarring,
  kNecklace
};

/// Light and blood under the skin, on a coarse grid: both are smooth.
class Shading {
 public:
  struct Value {
    float light = 1, shine = 0, red = 0;
  };
  /// A soft ridge (or hollow) along a line.
  struct Bump {
    Point a, b;
    float sigma, height;  ///< face units
  };

  Shading(const FaceShape& shape, const Appearance& appearance, std::span<const Bump> bumps, std::span<const Bump> dark,
          std::span<const Bump> red, Point low, Point high);
  Value at(int x, int y) const noexcept;

 private:
  float step_ = 1;
  Point origin_;
  int columns_ = 0, rows_ = 0;
  std::vector<Value> values_;
};

/// What every part of the painter needs.
struct Brush {
  Canvas& canvas;
  LabelMaps& labels;
  const Person& person;
  const Appearance& look;
  const FaceShape& shape;
  std::vector<Points>& covers;

  float unit() const { return shape.pose.unit(); }
  Size size() const { return canvas.size(); }
  Mask mask(std::span<const Point> outline) const { return Mask::polygon(outline, size()); }
  Mask soft(std::span<const Point> outline, float sigma) const { return mask(outline).blurred(sigma * unit(), size()); }
  void label(std::span<const Point> outline, Part part);

  /// Strokes of a given greatest width (face units), pointed at both ends.
  Points line(std::span<const Point> places, float width) const;
  Points surface(std::initializer_list<Point> places, float lift = 0) const;

  /// Skin under a given light, 0 in full shade, 1 in full light.
  Rgb skin(float light, float shine = 0, float red = 0) const;
  Rgb lit(Rgb color, float light) const;
};

/// Whether the hair hangs over the ears: then neither they nor what they wear is seen.
bool covers_ears(const Person& person);

void paint_body(Brush& b);
void paint_ears(Brush& b);
void paint_skin(Brush& b);
void paint_nose(Brush& b, const Mask& face);
void paint_wrinkles(Brush& b, const Mask& face);
void paint_mouth(Brush& b);
void paint_eye(Brush& b, int which);
void paint_brow(Brush& b, int which);
void paint_facial_hair(Brush& b, const Mask& face);
void paint_back_hair(Brush& b);
void paint_front_hair(Brush& b);
void paint_glasses(Brush& b);
void paint_hat(Brush& b);
void paint_jewellery(Brush& b);

}  // namespace faceptor::synthetic::detail
