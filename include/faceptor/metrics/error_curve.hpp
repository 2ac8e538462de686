#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <faceptor/core/config.hpp>

namespace faceptor::metrics {

/// The cumulative error curve: how many photos have an error of at most each threshold.
struct ErrorCurve {
  std::vector<double> thresholds;  ///< 0, step, 2 step, ... beyond the limit where rounding has it so
  std::vector<double> shares;      ///< of the errors at or under each, 0 to 1
};

/// How Simpson's rule ends on an even number of points, where it has one interval left over.
enum class SimpsonEnd {
  cartwright,  ///< a parabola through the last three points, for the last interval alone; as SciPy from 1.11 on
  averaged,    ///< the mean of a trapezoid first and a trapezoid last; as SciPy before 1.11
};

/// The thresholds are those of `numpy.arange(0, limit + step, step)`, as in the reference: for 0.10 they end at 0.1000, for 0.07,
/// by rounding, at 0.0701.
/// @param errors  one a photo, at least one, not negative
/// @throws Error(argument) for no errors, one that is not a number, or a limit or step out of range
ErrorCurve error_curve(std::span<const double> errors, double limit, double step = 1e-4);

/// Simpson's integral of equally spaced values. @param values  at least 3
double simpson(std::span<const double> values, double step, SimpsonEnd end = SimpsonEnd::cartwright);

/// The area under the curve, as a share of the limit: 0 to about 1. Which way of ending stands behind the published numbers is not
/// recorded; it matters only for an even number of thresholds, by less than 1e-4.
double area_under_curve(const ErrorCurve& curve, double limit, SimpsonEnd end = SimpsonEnd::cartwright);

/// The share of photos with an error over the last threshold.
double failure_rate(const ErrorCurve& curve);

}  // namespace faceptor::metrics

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/metrics/impl/error_curve_inl.hpp>
#endif
