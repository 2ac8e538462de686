#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/synthetic/labels.hpp>

/// Synthetic faces with exact labels, for tests, examples and trial runs without anybody's photos.
///
///     synthetic::SyntheticFaces faces(7, synthetic::SyntheticOptions{.size = {512, 512}, .identities = 100});
///     auto sample = faces.face(42);              // person 42 % 100, picture 42 / 100
///     sample.image;                              // RGB
///     sample.face.landmarks.p68.points;          // exact
///     sample.labels.celebamask;                  // 19 classes, one a pixel
///
/// A picture depends on the seed, the index and the options alone: same numbers, same bytes. Another size keeps the persons.
namespace faceptor::synthetic {

/// How the pictures are made.
struct SyntheticOptions {
  Size size{256, 256};           ///< the picture's sides in pixels
  std::uint64_t identities = 0;  ///< how many persons there are; picture i shows person i % count. 0: a new person each time
  bool plain = false;            ///< frontal, neutral and plainly dressed people, for comparisons
  float zoom = 1;                ///< faces larger (above 1) or smaller than in a portrait
  bool aligned = false;          ///< upright faces whose five points fit the 112-pixel tasks' template, scaled to the central square
};

/// One face of a picture and everything known about it.
struct SyntheticFace {
  Person person;
  Appearance appearance;
  std::uint64_t identity = 0;
  float age = 0;       ///< years, whole
  int expression = 0;  ///< index into `results::kExpressionNames`
  bool male = false;
  std::array<std::int8_t, 40> attributes{};  ///< see `attributes_of`
  Box box;
  FivePoints five_points{};
  FaceLandmarks landmarks;
};

/// A picture of one face.
struct SyntheticSample {
  Image image;
  LabelMaps labels;
  SyntheticFace face;
};

/// A picture of several.
struct SyntheticPhoto {
  Image image;
  LabelMaps labels;
  std::vector<SyntheticFace> faces;  ///< from left to right
};

class SyntheticFaces {
 public:
  /// @throws Error(argument) when a side isn't 16..8192 or the zoom isn't 0.2..4
  explicit SyntheticFaces(std::uint64_t seed, SyntheticOptions options = {});

  /// The picture of this index, always the same.
  SyntheticSample face(std::uint64_t index) const;
  /// Several people side by side in one picture; their persons differ from those of `face`.
  /// @throws Error(argument) unless 1..16 faces are asked for
  SyntheticPhoto photo(std::uint64_t index, int count) const;

  const SyntheticOptions& options() const noexcept { return options_; }

 private:
  SyntheticFace paint(Canvas& canvas, LabelMaps& labels, const Person& person, const Appearance& appearance, Point center,
                      float unit) const;

  std::uint64_t seed_;
  SyntheticOptions options_;
};

}  // namespace faceptor::synthetic
