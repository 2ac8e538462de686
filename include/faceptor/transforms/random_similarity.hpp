#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include <faceptor/core/config.hpp>
#include <faceptor/core/random.hpp>
#include <faceptor/transforms/transform_state.hpp>
#include <faceptor/geometry/similarity.hpp>

/// A random turn, size and shift of the crop aimed at, about its centre.
namespace faceptor::data::transforms {

/// Everything drawn uniformly, as the published landmark tasks do.
struct RandomSimilarity {
  static constexpr std::string_view kName = "similarity";
  double shift = 0.05;      ///< to either side, in shorter sides of the crop
  double rotation = 0.174;  ///< to either side, in radians
  double smallest = 0.9;    ///< the factor of size, from
  double largest = 1.1;     ///< to

  /// Sizes within 0.1 of a face scale.
  static RandomSimilarity about(double face_scale);

  SimilarityDraws draw(Random& random) const;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

/// Turns and sizes drawn normally, shifts uniformly, as the published parsing tasks do. Nothing is cut off; a size below 0.01, which
/// the defaults never come to, becomes 0.01.
struct NormalSimilarity {
  static constexpr std::string_view kName = "similarity";
  double shift = 0.01;      ///< to either side, in shorter sides of the crop
  double rotation = 0.314;  ///< standard deviation, in radians
  double scale = 1;         ///< mean factor of size
  double deviation = 0.1;   ///< its standard deviation

  SimilarityDraws draw(Random& random) const;
  void check() const;
  nlohmann::json describe() const;
  void apply(TransformState& state) const;
};

}  // namespace faceptor::data::transforms

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/transforms/impl/random_similarity.cpp>
#endif
