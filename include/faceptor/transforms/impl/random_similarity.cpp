#pragma once

#include <algorithm>
#include <numbers>

#include <faceptor/transforms/parameters.hpp>
#include <faceptor/transforms/random_similarity.hpp>

namespace faceptor::data::transforms {
namespace detail {

FACEPTOR_INLINE double uniform_between(Random& random, double low, double high) { return low + (high - low) * random.uniform(); }

FACEPTOR_INLINE void aim_similarity(TransformState& state, const SimilarityDraws& draws) {
  const Size crop = state.target();
  state.aim_further(similarity_about_center(draws, crop, crop), crop);
}

}  // namespace detail

FACEPTOR_INLINE RandomSimilarity RandomSimilarity::about(double face_scale) {
  return {.smallest = face_scale - 0.1, .largest = face_scale + 0.1};
}

FACEPTOR_INLINE SimilarityDraws RandomSimilarity::draw(Random& random) const {
  SimilarityDraws draws;
  draws.shift_x = detail::uniform_between(random, -shift, shift);
  draws.shift_y = detail::uniform_between(random, -shift, shift);
  draws.rotation = detail::uniform_between(random, -rotation, rotation);
  draws.scale = detail::uniform_between(random, smallest, largest);
  return draws;
}

FACEPTOR_INLINE void RandomSimilarity::check() const {
  data::detail::check_parameter(kName, "shift", shift, 0, 10);
  data::detail::check_parameter(kName, "rotation", rotation, 0, std::numbers::pi);
  data::detail::check_range(kName, "smallest and largest", smallest, largest, 0.01, 100);
}

FACEPTOR_INLINE nlohmann::json RandomSimilarity::describe() const {
  return {{"shift", shift}, {"rotation", rotation}, {"smallest", smallest}, {"largest", largest}, {"draws", "uniform"}};
}

FACEPTOR_INLINE void RandomSimilarity::apply(TransformState& state) const { detail::aim_similarity(state, draw(state.random)); }

FACEPTOR_INLINE SimilarityDraws NormalSimilarity::draw(Random& random) const {
  SimilarityDraws draws;
  draws.shift_x = detail::uniform_between(random, -shift, shift);
  draws.shift_y = detail::uniform_between(random, -shift, shift);
  draws.rotation = rotation * random.normal();
  draws.scale = std::max(0.01, scale + deviation * random.normal());
  return draws;
}

FACEPTOR_INLINE void NormalSimilarity::check() const {
  data::detail::check_parameter(kName, "shift", shift, 0, 10);
  data::detail::check_parameter(kName, "rotation", rotation, 0, 10);
  data::detail::check_parameter(kName, "scale", scale, 0.01, 100);
  data::detail::check_parameter(kName, "deviation", deviation, 0, 100);
}

FACEPTOR_INLINE nlohmann::json NormalSimilarity::describe() const {
  return {{"shift", shift}, {"rotation", rotation}, {"scale", scale}, {"deviation", deviation}, {"draws", "normal"}};
}

FACEPTOR_INLINE void NormalSimilarity::apply(TransformState& state) const { detail::aim_similarity(state, draw(state.random)); }

}  // namespace faceptor::data::transforms
