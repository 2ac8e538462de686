#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/geometry/points.hpp>

namespace faceptor::data::transforms {

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

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/random_erasing.cpp>
#endif
