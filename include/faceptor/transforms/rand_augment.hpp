#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>
#include <faceptor/geometry/similarity.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/transforms/chain.hpp>

/// RandAugment (Cubuk et al., 2020) of the 112-pixel tasks: some of fifteen operations, all about as strong.
namespace faceptor::transforms {

enum class AugmentOp {
  autocontrast,
  equalize,
  invert,
  rotate,
  posterize,
  solarize,
  solarize_add,
  color,
  contrast,
  brightness,
  sharpness,
  shear_x,
  shear_y,
  translate_x,
  translate_y,
};

inline constexpr std::array<AugmentOp, 15> kAugmentOps = {
    AugmentOp::autocontrast, AugmentOp::equalize,     AugmentOp::invert,  AugmentOp::rotate,      AugmentOp::posterize,
    AugmentOp::solarize,     AugmentOp::solarize_add, AugmentOp::color,   AugmentOp::contrast,    AugmentOp::brightness,
    AugmentOp::sharpness,    AugmentOp::shear_x,      AugmentOp::shear_y, AugmentOp::translate_x, AugmentOp::translate_y};

/// "autocontrast", "rotate", "translate_x", ...
std::string_view to_string(AugmentOp op);

/// How far an operation goes at a magnitude of 0..10: degrees (rotate), bits kept (posterize), a threshold (solarize), an amount
/// (solarize_add), a factor (color to sharpness), a share of the picture (shear, translate); 0 for the others.
/// @param negative  the other direction, or the weaker factor; of no effect on operations that have one direction
double augment_argument(AugmentOp op, double magnitude, bool negative);

/// The picture after an operation. @param fill  for what comes in from outside
Image augmented(const Image& image, AugmentOp op, double argument, std::uint8_t fill = 128);

/// Where an operation moves pixels: old to new, whole numbers being pixel centres. Identity for those that change colours only.
Matrix augment_move(AugmentOp op, double argument, Size size);

/// `ops` operations, each drawn from all fifteen; each is then done with a probability. `rand-m9-mstd0.5-inc1` by default. Landmarks and
/// parsing labels follow what moves.
struct RandAugment {
  static constexpr std::string_view kName = "randaugment";
  int ops = 2;
  double probability = 0.5;  ///< of each
  double magnitude = 9;      ///< mean, 0 to 10
  double deviation = 0.5;    ///< its standard deviation; drawn for each operation, kept within 0 to 10
  int fill = 128;            ///< grey for what comes in from outside

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// The rectangle of an area (in areas of the picture) and an aspect (the logarithm of height over width), its sides rounded half to
/// even; nothing when it doesn't fit inside.
std::optional<Size> erasing_rectangle(double area, double log_aspect, Size picture);

/// Random erasing (Zhong et al., 2020) of the 112-pixel tasks: a rectangle of noise, N(0, 1) in normalised numbers. After the
/// normalisation.
struct RandomErasing {
  static constexpr std::string_view kName = "erasing";
  double probability = 0.25;
  double smallest = 0.02;     ///< area, in areas of the picture, from
  double largest = 1.0 / 3;   ///< to
  double least_aspect = 0.3;  ///< of height over width; the greatest is one over it, all drawn uniformly in the logarithm
  int attempts = 10;          ///< to find a rectangle that fits

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
