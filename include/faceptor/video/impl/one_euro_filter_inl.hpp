#pragma once

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include <faceptor/core/error.hpp>
#include <faceptor/video/one_euro_filter.hpp>

namespace faceptor::video {

namespace detail {

/// How much of a new value a low-pass takes.
FACEPTOR_INLINE double low_pass_share(double cutoff, double passed) {
  const double r = 2 * std::numbers::pi * cutoff * passed;
  return r / (r + 1);
}

}  // namespace detail

FACEPTOR_INLINE OneEuroFilter::OneEuroFilter(OneEuroOptions options) : options_(options) {
  if (!(options.min_cutoff > 0 && options.derivative_cutoff > 0 && options.beta >= 0)) {
    throw Error(ErrorCode::argument, "video: the smoothing's options are out of range")
        .expected("cutoffs above 0, beta of at least 0")
        .found(fmt::format("{}, {}, {}", options.min_cutoff, options.derivative_cutoff, options.beta));
  }
}

FACEPTOR_INLINE double OneEuroFilter::smoothed(Value& value, double place, double passed, double side) const {
  const double speed = (place - value.place) / passed;
  value.speed += detail::low_pass_share(options_.derivative_cutoff, passed) * (speed - value.speed);
  const double cutoff = options_.min_cutoff + options_.beta * std::abs(value.speed) / side;
  value.place += detail::low_pass_share(cutoff, passed) * (place - value.place);
  return value.place;
}

FACEPTOR_INLINE Points OneEuroFilter::operator()(const Points& points, double time, double side) {
  const double passed = time - time_;
  const bool anew = values_.size() != 2 * points.size() || !(passed > 0) || !(side > 0);
  time_ = time;
  values_.resize(2 * points.size());
  auto result = points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    auto &x = values_[2 * i], &y = values_[2 * i + 1];
    if (anew) {
      x = {static_cast<double>(points[i].x), 0};
      y = {static_cast<double>(points[i].y), 0};
    } else {
      result[i] = {static_cast<float>(smoothed(x, static_cast<double>(points[i].x), passed, side)),
                   static_cast<float>(smoothed(y, static_cast<double>(points[i].y), passed, side))};
    }
  }
  return result;
}

}  // namespace faceptor::video
