#pragma once

#include <cmath>

#include <faceptor/transforms/parameters.hpp>
#include <faceptor/transforms/random_erasing.hpp>

namespace faceptor::data::transforms {

FACEPTOR_INLINE std::optional<Size> erasing_rectangle(double area, double log_aspect, Size picture) {
  const double target = area * picture.width * picture.height, aspect = std::exp(log_aspect);
  const double height = std::nearbyint(std::sqrt(target * aspect)), width = std::nearbyint(std::sqrt(target / aspect));
  if (!(height < picture.height && width < picture.width)) return std::nullopt;
  return Size{static_cast<int>(width), static_cast<int>(height)};
}

FACEPTOR_INLINE void RandomErasing::check() const {
  data::detail::check_probability(kName, probability);
  data::detail::check_range(kName, "smallest and largest", smallest, largest, 0, 1);
  data::detail::check_parameter(kName, "least_aspect", least_aspect, 1e-3, 1);
  data::detail::check_parameter(kName, "attempts", attempts, 1, 1000);
}

FACEPTOR_INLINE nlohmann::json RandomErasing::describe() const {
  return {
      {"probability", probability}, {"smallest", smallest}, {"largest", largest}, {"least_aspect", least_aspect}, {"attempts", attempts}};
}

FACEPTOR_INLINE void RandomErasing::apply(TransformState& state) const {
  auto& planes = state.normalised_planes();
  auto& random = state.random;
  if (!random.chance(probability)) return;
  const double widest = -std::log(least_aspect);
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const double area = smallest + (largest - smallest) * random.uniform();
    const double log_aspect = widest * (2 * random.uniform() - 1);
    const auto rectangle = erasing_rectangle(area, log_aspect, planes.size);
    if (!rectangle) continue;
    const auto top = random.integer(0, planes.size.height - rectangle->height);
    const auto left = random.integer(0, planes.size.width - rectangle->width);
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::int64_t y = top; y < top + rectangle->height; ++y) {
        float* row = planes.plane(c).data() + y * planes.size.width + left;
        for (int x = 0; x < rectangle->width; ++x) row[x] = static_cast<float>(random.normal());
      }
    }
    return;
  }
}

}  // namespace faceptor::data::transforms
