#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <faceptor/core/error.hpp>
#include <faceptor/metrics/error_curve.hpp>

namespace faceptor::metrics {

namespace detail {

/// Simpson's rule on an odd number of points.
FACEPTOR_INLINE double simpson_odd(std::span<const double> values, double step) {
  double sum = 0;
  for (std::size_t i = 0; i + 2 < values.size(); i += 2) sum += values[i] + 4 * values[i + 1] + values[i + 2];
  return sum * step / 3;
}

}  // namespace detail

FACEPTOR_INLINE ErrorCurve error_curve(std::span<const double> errors, double limit, double step) {
  constexpr double kMostThresholds = 1e6;
  if (errors.empty()) throw Error(ErrorCode::argument, "metrics: a curve of no errors");
  if (!(step > 0) || !(limit >= 2 * step) || !(limit / step <= kMostThresholds)) {
    throw Error(ErrorCode::argument, "metrics: a curve's limit or step out of range")
        .expected("a step over 0, and a limit of 2 to 1e6 steps")
        .found(fmt::format("limit {:g}, step {:g}", limit, step));
  }
  std::vector<double> sorted(errors.begin(), errors.end());
  for (const double error : sorted) {
    if (error >= 0) continue;
    throw Error(ErrorCode::argument, "metrics: a curve of errors that are no distances")
        .expected("0 or more")
        .found(fmt::format("{:g}", error));
  }
  std::sort(sorted.begin(), sorted.end());
  ErrorCurve curve;
  const auto count = static_cast<std::size_t>(std::ceil((limit + step) / step));
  std::size_t under = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double threshold = static_cast<double>(i) * step;
    while (under < sorted.size() && sorted[under] <= threshold) ++under;
    curve.thresholds.push_back(threshold);
    curve.shares.push_back(static_cast<double>(under) / static_cast<double>(sorted.size()));
  }
  return curve;
}

FACEPTOR_INLINE double simpson(std::span<const double> values, double step, SimpsonEnd end) {
  const auto n = values.size();
  if (n < 3) {
    throw Error(ErrorCode::argument, "metrics: Simpson's rule on too few points").expected("at least 3").found(std::to_string(n));
  }
  if (n % 2 == 1) return detail::simpson_odd(values, step);
  const double last = (values[n - 2] + values[n - 1]) / 2;
  if (end == SimpsonEnd::averaged) {
    const double first = (values[0] + values[1]) / 2;
    return (first * step + detail::simpson_odd(values.subspan(1), step) + last * step + detail::simpson_odd(values.first(n - 1), step)) / 2;
  }
  const double corrected = (5 * values[n - 1] + 8 * values[n - 2] - values[n - 3]) / 12;
  return detail::simpson_odd(values.first(n - 1), step) + corrected * step;
}

FACEPTOR_INLINE double area_under_curve(const ErrorCurve& curve, double limit, SimpsonEnd end) {
  if (!(limit > 0) || curve.thresholds.size() < 3 || curve.thresholds.size() != curve.shares.size()) {
    throw Error(ErrorCode::argument, "metrics: not a curve, or a limit not over 0");
  }
  return simpson(curve.shares, curve.thresholds[1] - curve.thresholds[0], end) / limit;
}

FACEPTOR_INLINE double failure_rate(const ErrorCurve& curve) {
  if (curve.shares.empty()) throw Error(ErrorCode::argument, "metrics: an empty curve");
  return 1 - curve.shares.back();
}

}  // namespace faceptor::metrics
