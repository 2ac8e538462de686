#pragma once

#include <algorithm>
#include <cmath>

#include <faceptor/results/parsing_classes.hpp>

namespace faceptor::results {

FACEPTOR_INLINE std::uint8_t ParsingClasses::mirror(std::uint8_t label) const noexcept {
  for (const auto& [left, right] : mirrored) {
    if (label == left) return right;
    if (label == right) return left;
  }
  return label;
}

FACEPTOR_INLINE std::vector<std::string> ParsingClasses::names() const {
  std::vector<std::string> out;
  for (const auto& one : classes) out.emplace_back(one.name);
  return out;
}

FACEPTOR_INLINE std::vector<Color> ParsingClasses::colors() const {
  std::vector<Color> out;
  for (const auto& one : classes) out.push_back(one.color);
  return out;
}

FACEPTOR_INLINE Color class_color(std::size_t label) {
  if (label == 0) return {0, 0, 0};
  // Hues a golden section apart are far from all earlier ones; saturation and value take turns to tell later rounds apart.
  const double hue = std::fmod(static_cast<double>(label) * 0.618033988749895, 1.0) * 6;
  const double saturation = label % 2 == 0 ? 0.50 : 0.70;
  const double value = label % 3 == 0 ? 0.80 : 0.95;
  const auto channel = [&](double shift) {
    const double k = std::fmod(shift + hue, 6.0);
    return static_cast<std::uint8_t>(std::lround(255 * (value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0))));
  };
  return {channel(5), channel(3), channel(1)};
}

}  // namespace faceptor::results
