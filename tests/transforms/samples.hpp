#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <faceptor/datasets/sample.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/transforms/chain.hpp>
#include <faceptor/transforms/planar_image.hpp>

#include "geometry/golden_tensors.hpp"

/// Samples to transform.
namespace samples {

using namespace faceptor;

/// A painted face with 68 landmarks, its box and five points.
inline datasets::Sample face(std::uint64_t index = 0, Size size = {160, 144}) {
  auto painted = synthetic::SyntheticFaces(11, synthetic::SyntheticOptions{.size = size}).face(index);
  datasets::Sample sample;
  sample.name = "face " + std::to_string(index);
  sample.label = datasets::LandmarkLabels{painted.face.landmarks.p68.points, painted.face.landmarks.p68.visible};
  sample.box = painted.face.box;
  sample.points = painted.face.five_points;
  sample.image = std::move(painted.image);
  return sample;
}

/// The same with CelebAMask-HQ's classes.
inline datasets::Sample parsed_face(std::uint64_t index = 0, Size size = {160, 144}) {
  auto painted = synthetic::SyntheticFaces(11, synthetic::SyntheticOptions{.size = size}).face(index);
  datasets::Sample sample = face(index, size);
  sample.label = datasets::ParsingLabels{{size.width, size.height, std::move(painted.labels.celebamask)}};
  return sample;
}

/// A picture without a label.
inline datasets::Sample plain(Image image) {
  datasets::Sample sample;
  sample.name = "plain";
  sample.image = std::move(image);
  return sample;
}

/// A soft white dot on black, and its centre as a landmark.
inline datasets::Sample dot(Point center, Size size, float radius = 4) {
  Image image(size.width, size.height);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float distance = std::hypot(static_cast<float>(x) - center.x, static_cast<float>(y) - center.y);
      const auto value = static_cast<std::uint8_t>(255 * std::clamp(1 - distance / radius, 0.0F, 1.0F));
      std::fill_n(image.at(x, y), 3, value);
    }
  }
  auto sample = plain(std::move(image));
  sample.label = datasets::LandmarkLabels{{center}, {}};
  return sample;
}

/// Where the light of a picture lies. @param black  the value of black
inline Point centroid(std::span<const float> plane, Size size, float black) {
  double x = 0, y = 0, total = 0;
  for (std::size_t i = 0; i < plane.size(); ++i) {
    const double light = static_cast<double>(plane[i]) - black;
    x += light * static_cast<double>(i % static_cast<std::size_t>(size.width));
    y += light * static_cast<double>(i / static_cast<std::size_t>(size.width));
    total += light;
  }
  return {static_cast<float>(x / total), static_cast<float>(y / total)};
}

inline const Points& points_of(const datasets::Label& label) { return std::get<datasets::LandmarkLabels>(label).points; }

/// Pixels (h x w x 3) as planes.
inline transforms::PlanarImage planes(const FloatImage& image) {
  transforms::PlanarImage out({image.width, image.height});
  out.values = golden::planar(image);
  return out;
}

}  // namespace samples
