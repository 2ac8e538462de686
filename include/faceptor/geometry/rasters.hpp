#pragma once

#include <cstddef>
#include <cstdint>
#include <faceptor/geometry/points.hpp>
#include <span>
#include <vector>

namespace faceptor {

/// One class index a pixel, rows from the top.
struct LabelImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> labels;  ///< height x width

  std::uint8_t at(int x, int y) const {
    return labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
  friend bool operator==(const LabelImage&, const LabelImage&) = default;
};

/// Some numbers a pixel, side by side.
struct FloatImage {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<float> values;  ///< height x width x channels

  const float* at(int x, int y) const {
    return values.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
                               static_cast<std::size_t>(channels);
  }
};

/// Dense maps as a network gives them, borrowed: one plane a channel.
struct DenseMaps {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::span<const float> values;  ///< channels x height x width
};

/// A rectangle of whole pixels.
struct Region {
  int x = 0;  ///< leftmost column
  int y = 0;  ///< topmost row
  int width = 0;
  int height = 0;

  bool empty() const noexcept { return width <= 0 || height <= 0; }
  friend bool operator==(const Region&, const Region&) = default;
};

}  // namespace faceptor
