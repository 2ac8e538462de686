#pragma once

#include <vector>

#include <faceptor/core/config.hpp>
#include <faceptor/geometry/points.hpp>

namespace faceptor::video {

/// How strongly points are smoothed.
struct OneEuroOptions {
  double min_cutoff = 1.5;         ///< Hz, of points that rest: lower is smoother, and later
  double beta = 4;                 ///< Hz more for each face's side a second: higher follows fast motion sooner
  double derivative_cutoff = 1.0;  ///< Hz, of the speed
};

/// Takes the trembling out of points without holding back those that move: a low-pass whose cutoff rises with the speed.
///
/// G. Casiez, N. Roussel, D. Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems" (CHI 2012).
class OneEuroFilter {
 public:
  /// @throws Error(argument) for a cutoff that isn't above 0, or a beta below 0
  explicit OneEuroFilter(OneEuroOptions options = {});

  /// The points, smoothed with those before. Another number of points, or a time that doesn't grow, begins anew.
  /// @param time  seconds
  /// @param side  of the face, in the points' units: by it speed is measured, so that near and far faces are smoothed alike
  Points operator()(const Points& points, double time, double side);

 private:
  struct Value {
    double place = 0, speed = 0;
  };
  double smoothed(Value& value, double place, double passed, double side) const;

  OneEuroOptions options_;
  std::vector<Value> values_;  ///< x and y of each point
  double time_ = 0;
};

}  // namespace faceptor::video

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/video/impl/one_euro_filter_inl.hpp>
#endif
