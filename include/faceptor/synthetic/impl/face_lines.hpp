#pragma once

#include <algorithm>
#include <cmath>

/// How lids, brows and lips are laid out as lines of points.
namespace faceptor::synthetic::detail {

inline constexpr int kSteps = 24;  ///< places along a lid, brow or lip; a multiple of what the landmark schemes divide by

/// 0 at both ends, 1 in the middle, rounder than a parabola.
inline float bow(float u, float power) { return std::pow(std::max(0.0F, 4 * u * (1 - u)), power); }

}  // namespace faceptor::synthetic::detail
