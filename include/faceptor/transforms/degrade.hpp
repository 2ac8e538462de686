#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/planar_image.hpp>

/// Light, colour, and what cameras and networks do to pictures: for training on few of them. Colours in 0..1; labels stay.
namespace faceptor::transforms {

/// Changes of light and colour; the defaults change nothing.
struct ColorDraws {
  double brightness = 1;  ///< a factor
  double contrast = 1;    ///< a factor about the mean luma
  double saturation = 1;  ///< a factor about each pixel's luma; 0 is grey
  double hue = 0;         ///< a turn about the grey axis, in radians (of YIQ)
};

/// In this order: brightness, contrast, saturation, hue, then clipped to 0..1.
void adjust_colors(PlanarImage& planes, const ColorDraws& draws);
/// Each colour to this power, clipped to 0..1 before. @pre exponent > 0
void apply_power(PlanarImage& planes, double exponent);
/// Adds noise of this standard deviation to every value, then clips. The noise is nearly normal: the sum of four uniform numbers.
void add_noise(PlanarImage& planes, double deviation, Random& random);
/// Made smaller by a factor below 1 with averaging, then as large as before.
void lower_resolution(PlanarImage& planes, double factor);
/// Written as a JPEG and read again. @param quality  1..100
void compress_as_jpeg(PlanarImage& planes, int quality);

/// Other light and colours.
struct ColorJitter {
  static constexpr std::string_view kName = "color";
  double probability = 0.8;
  double brightness = 0.3;  ///< factors 1 - x to 1 + x, uniformly; x up to 1
  double contrast = 0.3;
  double saturation = 0.4;
  double hue = 0.1;  ///< radians to either side
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Another exposure: colours to a power from 1 / most to most, uniformly in the logarithm.
struct GammaJitter {
  static constexpr std::string_view kName = "exposure";
  double probability = 0.5;
  double most = 1.5;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// The noise of a sensor: a standard deviation from 0 to `most`.
struct SensorNoise {
  static constexpr std::string_view kName = "noise";
  double probability = 0.2;
  double most = 0.06;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// A face that was smaller than the crop.
struct LowResolution {
  static constexpr std::string_view kName = "low_resolution";
  double probability = 0.2;
  double smallest = 0.25;  ///< of the crop's sides, uniformly from
  double largest = 0.9;    ///< to
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// The blocks of a JPEG.
struct JpegBlocks {
  static constexpr std::string_view kName = "jpeg";
  double probability = 0.2;
  int lowest = 25;   ///< quality, uniformly from
  int highest = 90;  ///< to
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
