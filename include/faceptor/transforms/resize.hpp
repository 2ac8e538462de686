#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/rasters.hpp>
#include <faceptor/image/image.hpp>
#include <faceptor/image/resize.hpp>
#include <faceptor/transforms/chain.hpp>

/// Whole pictures to another size; square crops. All of it on bytes; labels follow.
namespace faceptor::transforms {

/// To this size, whatever the aspect. Nothing happens to a picture that has it.
struct Resize {
  static constexpr std::string_view kName = "resize";
  int width = 112;
  int height = 112;
  Filter filter = Filter::bilinear;

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// The part of a picture in a region of it. @throws Error(argument) for a region that is empty or leaves the picture
Image cut(const Image& image, const Region& region);

/// The side of the square that a picture has room for wherever it lies, sqrt(width height) rounded half to even; nothing where it
/// doesn't fit.
std::optional<int> roaming_square(Size size);
/// The square in the middle, as large as the short side.
Region central_square(Size size);

/// The reference's "random resized crop" at scale 1 and ratio 1: of a picture that is square, or all but square, a square at a random
/// place; of any other the one in its middle.
struct SquareCrop {
  static constexpr std::string_view kName = "crop";

  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// A picture that isn't `side` wide gets a shorter side of that length, its aspect kept (the longer one rounded down).
struct ShortSide {
  static constexpr std::string_view kName = "short_side";
  int side = 112;
  Filter filter = Filter::bicubic;

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Aims at the whole picture, the centres of its corner pixels on those of the crop (`align_corners=true`).
struct StretchCorners {
  static constexpr std::string_view kName = "stretch";
  int width = 112;
  int height = 112;

  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::transforms
