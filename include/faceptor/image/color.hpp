#pragma once

#include <cstdint>

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

}  // namespace faceptor
